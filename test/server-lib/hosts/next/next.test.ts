import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { buildNextProject, type NextProject, type NextVersion } from '../../../helpers/processes/next-project.ts';
import { IS_DEEP } from '../../../helpers/vitest/depth.ts';

const VERSIONS: readonly { readonly name: string; readonly version: NextVersion }[] = [
  { name: 'Next 16', version: 'next' },
  { name: 'Next 15', version: 'next15' },
];
const MANIFEST = '/.well-known/gatekeeper.json';
const STAFF = { 'x-staff': 'yes' };
const OVERRIDING = { ...STAFF, cookie: overrideCookie({ MY_NEW_FEATURE: 'VISIBLE', SEARCH: 'FUZZY' }) };

// One production build, started with a policy.
describe.each(IS_DEEP ? VERSIONS : VERSIONS.slice(0, 1))('$name', ({ version }) => {
  let project: NextProject;
  let server: Awaited<ReturnType<NextProject['start']>>;
  beforeAll(async () => {
    project = await buildNextProject('test/server-lib/hosts/next/site', version);
    server = await project.start({ SITE: 'policy' });
  }, 480_000); // a build
  afterAll(() => {
    server?.close();
    project?.remove();
  });

  const ask = (path: string, headers: Readonly<Record<string, string>> = {}, init: RequestInit = {}) =>
    fetch(server.origin + path, { redirect: 'manual', headers, ...init });
  const textOf = async (path: string, headers?: Readonly<Record<string, string>>) => (await ask(path, headers)).text();
  const outputIn = (page: string) => /<output>([^<]*)<\/output>/.exec(page)?.[1];

  test('a server component evaluates flags, and the page lists them for those who may override', async () => {
    const [visitor, staff, stranger] = await Promise.all(
      [{}, OVERRIDING, { cookie: OVERRIDING.cookie }].map((headers) => textOf('/', headers)),
    );

    expect([visitor, staff, stranger].map((page) => page?.includes('my-new-feature'))).toEqual([false, true, false]);
    const element =
      '<script type="application/json" id="gatekeeper-used">{"MY_NEW_FEATURE":"VISIBLE override"}</script>';
    expect(staff).toContain(element);
    expect(visitor).not.toContain('gatekeeper-used');
    expect(stranger).not.toContain('gatekeeper-used');
  });

  test('a page with overrides is private, and other pages have the headers of Next', async () => {
    const [staff, fixed, visitor] = await Promise.all([
      ask('/', OVERRIDING),
      ask('/fixed', OVERRIDING),
      ask('/fixed', { cookie: OVERRIDING.cookie }),
    ]);

    for (const { headers } of [staff, fixed]) expect(headers.get('cache-control')).toBe('private, no-store');
    expect(visitor.headers.get('cache-control')).toContain('s-maxage');
  });

  test('a route handler names its flags in Server-Timing, and gives no 304 for another variant', async () => {
    const condition = { 'if-none-match': '"1"' };
    const [visitor, staff] = await Promise.all(
      [{}, OVERRIDING].map((who) => ask('/api/search', { ...who, ...condition })),
    );

    expect(await visitor?.json()).toEqual({ engine: 'EXACT' });
    expect([visitor?.headers.get('cache-control'), visitor?.headers.get('server-timing')]).toEqual(['public', null]);
    expect(await staff?.json()).toEqual({ engine: 'FUZZY' });
    expect(staff?.headers.get('server-timing')).toBe('gk.SEARCH;desc="FUZZY override"');
    expect([staff?.headers.get('cache-control'), staff?.headers.get('etag')]).toEqual(['private, no-store', null]);
  });

  test('the proxy serves the manifest to those who may override; others get the response of an unknown path', async () => {
    const manifest = await ask(MANIFEST, { ...OVERRIDING, cookie: `${OVERRIDING.cookie}; user=1` });
    const [refused, unknown] = await Promise.all(
      [MANIFEST, MANIFEST.replace('gatekeeper', 'neverthere')].map((path) => ask(path)),
    );

    expect(await manifest.json()).toMatchObject({
      gatekeeper: 1,
      flags: [{ name: 'MY_NEW_FEATURE', current: 'VISIBLE', withoutOverride: 'VISIBLE' }, { current: 'FUZZY' }, {}],
    });
    expect(manifest.headers.get('cache-control')).toBe('private, no-store');
    expect(refused?.status).toBe(404);
    const headersOf = (response?: Response) => [...(response?.headers ?? [])].filter(([name]) => name !== 'date');
    expect(headersOf(refused)).toEqual(headersOf(unknown));
    expect((await refused?.text())?.replaceAll('gatekeeper', 'neverthere')).toBe(await unknown?.text());
  });

  test('the proxy serves the override page and its files; others get the response of an unknown path', async () => {
    const page = await textOf('/gatekeeper', STAFF);
    const [, script = ''] = /<script type="module" src="\.([^"]+)">/.exec(page) ?? [];
    const file = await ask(script, STAFF);
    const [refused, unknown] = await Promise.all(['gatekeeper', 'neverthere'].map((name) => ask(`/${name}`)));

    expect(page).toContain('<link rel="gatekeeper" href="./.well-known/gatekeeper.json">');
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect((await ask(script)).status).toBe(404);
    expect(refused?.status).toBe(404);
    expect((await refused?.text())?.replaceAll('gatekeeper', 'neverthere')).toBe(await unknown?.text());
  });

  test('the application’s own proxy evaluates flags, and its response names them', async () => {
    const [visitor, staff] = await Promise.all([{}, OVERRIDING].map((headers) => ask('/rewritten', headers)));

    expect(await visitor?.text()).toContain('Not rewritten');
    expect(staff?.headers.get('server-timing')).toBe('gk.SEARCH;desc="FUZZY override"');
    expect(await staff?.text()).toContain('Fixed');
  });

  test('all components of a page have one gate, and the options may be asynchronous', async () => {
    expect(outputIn(await textOf('/sources'))).toBe('true default default');
    expect(outputIn(await textOf('/sources', { cookie: 'user=1' }))).toBe('true user default');
    expect(outputIn(await textOf('/sources', STAFF))).toBe('true default code');
  });

  test('a failing userId fails only the flags that need the user, and a redirect in it redirects', async () => {
    expect(outputIn(await textOf('/sources', { ...STAFF, cookie: 'user=fails' }))).toMatch(/^true error /);
    const left = await ask('/sources', { cookie: 'user=leaves' });
    expect([left.status, left.headers.get('location')]).toEqual([307, '/fixed']);
  });

  test('an action sets an override, and the page that it renders has it; a server component cannot set one', async () => {
    const page = await textOf('/actions', STAFF);
    expect(outputIn(page)).toBe('EXACT false');
    const action = /name="(\$ACTION_ID_\w+)"/.exec(page)?.[1] ?? '';
    const submit = (variant: string, headers: Readonly<Record<string, string>>) => {
      const body = new FormData();
      body.set(action, '');
      body.set('variant', variant);
      return ask('/actions', { ...headers, origin: server.origin }, { method: 'POST', body });
    };

    const chosen = await submit('FUZZY', STAFF);
    const cookie = chosen.headers.getSetCookie()[0] ?? '';
    const removed = await submit('', { ...STAFF, cookie: cookie.split(';', 1)[0] ?? '' });
    const refused = await submit('FUZZY', {});

    expect(outputIn(await chosen.text())).toBe('FUZZY false');
    expect(cookie).toMatch(
      /^gatekeeper=%7B%22SEARCH%22%3A%22FUZZY%22%7D; Path=\/; Expires=.*; Max-Age=604800; SameSite=lax$/,
    );
    expect(outputIn(await removed.text())).toBe('EXACT false');
    expect(removed.headers.getSetCookie()[0]).toMatch(/^gatekeeper=; Path=\/; .*Max-Age=0/);
    expect([outputIn(await refused.text()), refused.headers.getSetCookie()]).toEqual(['EXACT false', []]);
  });

  test('a visitor who disconnects in the middle of a streamed page causes no error, and others get the page', async () => {
    const before = server.output();
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
    const fields = Object.entries({ host: 'localhost', ...OVERRIDING }).map(([field, value]) => `${field}: ${value}`);
    socket.write(['GET /late HTTP/1.1', ...fields, '', ''].join('\r\n'));
    await new Promise<void>((waiting) => {
      let page = '';
      socket.setEncoding('utf8').on('data', (part) => {
        page += part;
        if (page.includes('Waiting')) waiting();
      });
    });
    socket.destroy();

    await ask('/api/late', {}, { method: 'POST' });

    expect(outputIn(await textOf('/late', OVERRIDING))).toBe('FUZZY');
    expect(outputIn(await textOf('/late'))).toBe('EXACT');
    expect(server.output()).toBe(before);
  });

  test('in closed production, the cookie changes nothing and there is no manifest', async () => {
    const closed = await project.start({});
    try {
      const [page, api, manifest] = await Promise.all(
        ['/', '/api/search', MANIFEST].map((path) => fetch(closed.origin + path, { headers: OVERRIDING })),
      );

      expect(await page?.text()).not.toContain('my-new-feature');
      expect(await api?.json()).toEqual({ engine: 'EXACT' });
      expect([api?.headers.get('cache-control'), manifest?.status]).toEqual(['public', 404]);
    } finally {
      closed.close();
    }
  });
});
