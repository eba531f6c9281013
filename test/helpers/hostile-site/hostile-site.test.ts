import http, { type IncomingMessage } from 'node:http';
import { addAbortSignal, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import type { ManifestResponse } from '../../../extension/app/session/page-port.ts';
import { type ManifestOutcome, manifestOutcome } from '../../../extension/app/session/session-state.ts';
import type { ExpectedDisplay } from './hostile-answers.ts';
import { type HostilePage, startHostileSite } from './hostile-site.ts';

const MIB = 1_048_576;
const site = await startHostileSite();
afterAll(() => site.close());

const path = ({ id }: HostilePage): string =>
  id === 'http-announced' ? '/flags.json' : '/.well-known/gatekeeper.json';

/** Fetches the manifest as the popup does, but waits only 2 s where it must fail, and until the test ends elsewhere. */
async function fetchManifest(page: HostilePage): Promise<ManifestResponse> {
  const signal = AbortSignal.timeout(page.expect === 'alert' ? 2_000 : 100_000);
  try {
    const response = await get(page, path(page), signal);
    const { statusCode: status = 0, headers } = response;
    const body = status === 200 ? await textOf(response, signal) : '';
    if (body === undefined) return { kind: 'too-large' };
    return { kind: 'response', status, contentType: headers['content-type'] ?? '', body };
  } catch {
    return signal.aborted ? { kind: 'timed-out' } : { kind: 'unreachable', isUpgraded: false };
  }
}

// Some systems do not resolve *.localhost outside a browser.
function get({ url }: HostilePage, from: string, signal?: AbortSignal): Promise<IncomingMessage> {
  const { host, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: from, headers: { host }, agent: false, ...(signal && { signal }) };
    http.get(options, resolve).once('error', reject);
  });
}

/** The decoded body; `undefined` if it is larger than 1 MiB. */
async function textOf(response: IncomingMessage, signal?: AbortSignal): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  const isZipped = response.headers['content-encoding'] === 'gzip';
  const decoded = isZipped ? pipeline(response, createGunzip(), () => {}) : response;
  for await (const chunk of signal === undefined ? decoded : addAbortSignal(signal, decoded)) {
    chunks.push(chunk);
    if (chunks.reduce((sum, { length }) => sum + length, 0) > MIB) return undefined;
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function display(outcome: ManifestOutcome): ExpectedDisplay {
  if (outcome.kind !== 'manifest') return outcome.kind === 'absent' ? 'status' : 'alert';
  return outcome.manifest.flags.length === 0 ? 'status' : 'flags';
}

test('every case has a unique id that is a valid host name', () => {
  const ids = site.cases.map(({ id }) => id);

  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z][a-z0-9-]{0,62}$/.test(id))).toEqual([]);
});

test('there are more than 250 cases, and some in each class', () => {
  expect(site.cases.length).toBeGreaterThan(250);
  expect(new Set(site.cases.map((page) => page.class))).toEqual(
    new Set([
      'type',
      'size',
      'unicode',
      'inject',
      'proto',
      'cookie',
      'url',
      'version',
      'dup',
      'values',
      'context',
      'limits',
      'scenarios',
      'grant',
      'http',
    ]),
  );
});

test.concurrent.each(site.cases)('$id: $title gives $expect', async (page) => {
  const outcome = manifestOutcome(await fetchManifest(page));

  expect(display(outcome)).toBe(page.expect);
  if (outcome.kind === 'manifest') {
    expect(outcome.dropped).toBe(page.dropped);
    if (page.flags !== undefined) expect(outcome.manifest.flags.map(({ name }) => name)).toEqual(page.flags);
  }
});

test('the page of a case is HTML, and announces its manifest if the case says so', async () => {
  const announced = site.cases.find(({ id }) => id === 'http-announced') as HostilePage;

  const page = await get(announced, '/');

  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(await textOf(page)).toContain('<link rel="gatekeeper" href="/flags.json">');
});
