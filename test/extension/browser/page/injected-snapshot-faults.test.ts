import { describe, expect, test } from 'vitest';
import { type SnapshotOptions, takePageSnapshot } from '../../../../extension/browser/page/injected-snapshot.ts';
import { PageWorld } from '../../../fakes/page/page-world.ts';
import { unhandledRejections } from '../../../helpers/unhandled-rejections.ts';

const OPTIONS: SnapshotOptions = { path: '/.well-known/gatekeeper.json', bytes: 1_000, milliseconds: 2_000 };
const SOON = 20;

/** The manifest response in a snapshot of `page`. */
async function responseOf(page: PageWorld, milliseconds = OPTIONS.milliseconds): Promise<object | undefined> {
  const result = await page.inject(takePageSnapshot, { ...OPTIONS, milliseconds });
  return result.kind === 'done' ? result.value.response : undefined;
}

/** A body that sends a small chunk every millisecond, and never ends. */
class EndlessBody {
  isCancelled = false;
  readonly stream: ReadableStream<Uint8Array>;

  constructor(piece: Uint8Array) {
    this.stream = new ReadableStream({
      pull: (stream) => {
        stream.enqueue(piece);
        return new Promise((resolve) => setTimeout(resolve, 1));
      },
      cancel: () => {
        this.isCancelled = true;
      },
    });
  }
}

describe('within the deadline', () => {
  test('a request without a response times out and is aborted', async () => {
    const page = new PageWorld();
    let signal: AbortSignal | null | undefined;
    page.server = (_url, init) => {
      signal = init.signal;
      return new Promise(() => {});
    };

    expect(await responseOf(page, SOON)).toEqual({ kind: 'timed-out' });
    expect(signal?.aborted).toBe(true);
  });

  test('an endless body times out and is cancelled', async () => {
    const page = new PageWorld();
    const body = new EndlessBody(Uint8Array.of(0x20));
    page.server = async () => new Response(body.stream);

    expect(await responseOf(page, SOON)).toEqual({ kind: 'timed-out' });
    expect(body.isCancelled).toBe(true);
  });

  test('an endless body that exceeds the limit is too large and is cancelled', async () => {
    const page = new PageWorld();
    const body = new EndlessBody(new Uint8Array(400));
    page.server = async () => new Response(body.stream);

    expect(await responseOf(page)).toEqual({ kind: 'too-large' });
    expect(body.isCancelled).toBe(true);
  });

  test('a request that rejects when it is aborted leaves no unhandled rejection', async () => {
    const page = new PageWorld();
    page.server = (_url, { signal }) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));

    const left = await unhandledRejections(() => responseOf(page, SOON));

    expect(left).toEqual([]);
  });
});

describe('a request that fails', () => {
  test('makes the site unreachable', async () => {
    const page = new PageWorld();
    page.server = () => Promise.reject(new TypeError('Failed to fetch'));

    expect(await responseOf(page)).toEqual({ kind: 'unreachable', isUpgraded: false });
  });

  test.each([
    // URL                       secure  policy in the page                          listed                       upgraded
    ['https://shop.example/', true, 'upgrade-insecure-requests', 'https://shop.example/a.js', false],
    ['http://localhost:3000/', true, 'upgrade-insecure-requests', 'https://localhost:3000/a.js', false],
    ['http://shop.example/', false, '', 'http://shop.example/a.js', 'perhaps'],
    ['http://shop.example/', false, "img-src 'self'", '', 'perhaps'],
    ['http://shop.example/', false, "img-src 'self'; upgrade-insecure-requests", '', true],
    ['http://shop.example/', false, '', 'https://shop.example/a.js', 'perhaps'], // may be a request to its https site
    ['http://shop.example:3000/', false, '', 'https://shop.example:3000/a.js', true],
    ['http://shop.example:3000/', false, '', 'https://shop.example/a.js', 'perhaps'],
    ['http://shop.example:3000/', false, '', 'https://other.example:3000/a.js', 'perhaps'],
  ])('of %s (secure: %j, policy: %j, listed: %j) was sent over https: %j', async (...row) => {
    const [url, isSecure, policy, listed, isUpgraded] = row;
    const page = new PageWorld(url);
    page.isSecureContext = isSecure;
    page.server = () => Promise.reject(new TypeError('Failed to fetch'));
    if (policy !== '') page.policy(policy);
    if (listed !== '') page.timings.resource.push({ name: listed });

    expect(await responseOf(page)).toEqual({ kind: 'unreachable', isUpgraded });
  });

  test('in the middle of the body makes the site unreachable', async () => {
    const page = new PageWorld();
    const broken = new ReadableStream({ pull: (stream) => stream.error(new TypeError('network error')) });
    page.server = async () => new Response(broken);

    expect(
      await unhandledRejections(async () =>
        expect(await responseOf(page)).toEqual({ kind: 'unreachable', isUpgraded: false }),
      ),
    ).toEqual([]);
  });

  test.each([
    // violated directive   response
    [
      'connect-src',
      { kind: 'blocked-by-page', url: 'https://shop.example/.well-known/gatekeeper.json', directFetch: 'none' },
    ],
    ['img-src', { kind: 'unreachable', isUpgraded: false }],
  ])('while %s of the page’s policy is violated gives %j', async (directive, expected) => {
    const page = new PageWorld();
    page.server = () => {
      page.violate(directive);
      return Promise.reject(new TypeError('NetworkError when attempting to fetch resource.'));
    };

    expect(await responseOf(page)).toEqual(expected);
  });

  test('is not attributed to an earlier violation', async () => {
    const page = new PageWorld();
    page.violate('connect-src');
    page.server = () => Promise.reject(new TypeError('Failed to fetch'));

    expect(await responseOf(page)).toEqual({ kind: 'unreachable', isUpgraded: false });
  });
});

test('a violation by another request does not affect a response that arrived', async () => {
  const page = new PageWorld();
  page.server = async () => {
    page.violate('connect-src');
    return new Response('{}');
  };

  expect(await responseOf(page)).toMatchObject({ kind: 'response', status: 200 });
});

test('the snapshot leaves no event listener in the page', async () => {
  const page = new PageWorld();
  const listening = new Set<unknown>();
  page.document.addEventListener = (...[type, listener]: unknown[]) => void listening.add(`${type} ${listener}`);
  page.document.removeEventListener = (...[type, listener]: unknown[]) => void listening.delete(`${type} ${listener}`);
  page.server = async () => {
    expect(listening.size).toBe(1);
    throw new TypeError('Failed to fetch');
  };

  await responseOf(page);

  expect(listening.size).toBe(0);
});

test('if the page’s cookies cannot be read, no request is sent', async () => {
  const page = new PageWorld();
  page.isSandboxed = true;

  await expect(page.inject(takePageSnapshot, OPTIONS)).rejects.toThrow('The document is sandboxed');

  expect(page.requests).toEqual([]);
});
