import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { buildNextProject, type NextProject, type NextVersion } from '../../../helpers/processes/next-project.ts';
import { OFREP_DOCUMENT, ofrepSchemas } from '../../../helpers/protocol/ofrep-schema.ts';
import { IS_DEEP } from '../../../helpers/vitest/depth.ts';

const VERSIONS: readonly { readonly name: string; readonly version: NextVersion }[] = [
  { name: 'Next 16', version: 'next' },
  { name: 'Next 15', version: 'next15' },
];
const BULK = '/ofrep/v1/evaluate/flags';
const STAFF = { 'x-staff': 'yes' };
const COOKIE = { cookie: overrideCookie({ banner: 'blue' }) };
const OVERRIDING = { ...STAFF, ...COOKIE };
const RED = { key: 'banner', value: 'r', variant: 'red', reason: 'TARGETING_MATCH' };
const BLUE = { key: 'banner', value: 'b', variant: 'blue', reason: 'STATIC', metadata: { overridden: true } };

// A production build whose flags are at a vendor.
describe.each(IS_DEEP ? VERSIONS : VERSIONS.slice(0, 1))('$name with a wrapped vendor', ({ version }) => {
  let project: NextProject;
  let server: Awaited<ReturnType<NextProject['start']>>;
  beforeAll(async () => {
    project = await buildNextProject('test/server-lib/hosts/next/vendor-site', version);
    server = await project.start({});
  }, 480_000); // a build
  afterAll(() => {
    server?.close();
    project?.remove();
  });

  const ask = (path: string, headers: Readonly<Record<string, string>> = {}, init: RequestInit = {}) =>
    fetch(server.origin + path, { redirect: 'manual', headers, ...init });
  const askOfrep = (path: string, headers: Readonly<Record<string, string>> = {}, body = '{"context":{}}') =>
    ask(path, { 'content-type': 'application/json', ...headers }, { method: 'POST', body });
  const manifestFor = async (headers: Readonly<Record<string, string>>) =>
    (await ask('/.well-known/gatekeeper.json', headers)).json();

  test('an override replaces the vendor’s result in a page and in a route handler, for those who may override', async () => {
    const shown = async (headers: Readonly<Record<string, string>>) => {
      const [page, api] = [await (await ask('/', headers)).text(), await ask('/api/banner', headers)];
      const [, used] = /id="gatekeeper-used">([^<]*)</.exec(page) ?? [];
      const text = /<output>([^<]*)<\/output>/.exec(page)?.[1];
      return [text, used, await api.json(), api.headers.get('server-timing')];
    };

    expect(await shown({})).toEqual(['r', undefined, { banner: 'r' }, null]);
    expect(await shown(COOKIE)).toEqual(['r', undefined, { banner: 'r' }, null]);
    expect(await shown(OVERRIDING)).toEqual([
      'b',
      '{"banner":"blue override"}',
      { banner: 'b' },
      'gk.banner;desc="blue override"',
    ]);
  });

  test('the manifest has the vendor’s result, also after pages with bundles of their own', async () => {
    expect(await manifestFor(OVERRIDING)).toMatchObject({
      flags: [{ name: 'banner', current: 'blue', source: 'override', withoutOverride: 'red' }],
    });
    for (const path of ['/', '/api/banner']) await (await ask(path)).text();

    expect(await manifestFor(STAFF)).toMatchObject({ flags: [{ name: 'banner', current: 'red', source: 'provider' }] });
  });

  test('clients on OFREP get the vendor’s result, and the override', async () => {
    const [visitor, stranger, staff] = await Promise.all([{}, COOKIE, OVERRIDING].map((who) => askOfrep(BULK, who)));
    const tag = staff?.headers.get('etag') ?? '';

    expect([await visitor?.json(), await stranger?.json()]).toEqual([{ flags: [RED] }, { flags: [RED] }]);
    expect(await staff?.json()).toEqual({ flags: [BLUE] });
    expect(await (await askOfrep(`${BULK}/banner`, OVERRIDING)).json()).toEqual(BLUE);
    expect([staff?.headers.get('cache-control'), staff?.headers.get('server-timing')]).toEqual([
      'private, no-store',
      null,
    ]);
    const [same, other] = await Promise.all(
      [OVERRIDING, {}].map((who) => askOfrep(BULK, { ...who, 'if-none-match': tag })),
    );
    expect([same?.status, other?.status]).toEqual([304, 200]);
  });

  test('an unknown flag, a body that is not valid, and another method get what OFREP and the site say', async () => {
    const [gone, broken, large, get, unknown] = await Promise.all([
      askOfrep(`${BULK}/gone`),
      askOfrep(BULK, {}, '{'),
      askOfrep(BULK, {}, `"${'x'.repeat(65_535)}"`),
      ask(BULK),
      ask('/ofrep/v1/evaluate/flagz'),
    ]);

    expect([gone.status, await gone.json()]).toMatchObject([404, { key: 'gone', errorCode: 'FLAG_NOT_FOUND' }]);
    for (const response of [broken, large]) {
      expect([response.status, await response.json()]).toMatchObject([400, { errorCode: 'PARSE_ERROR' }]);
    }
    expect([get.status, get.headers.get('location')]).toEqual([404, null]);
    expect((await get.text()).replaceAll('flags', 'flagz')).toBe((await unknown.text()).replaceAll('flags', 'flagz'));
  });

  test.skipIf(OFREP_DOCUMENT === undefined)('every response has the schema of OFREP (openapi.yaml)', async () => {
    const { mistakes } = ofrepSchemas();

    for (const [endpoint, path, body] of [
      ['all', BULK, '{}'],
      ['all', BULK, '[]'],
      ['one', `${BULK}/banner`, '{}'],
      ['one', `${BULK}/gone`, '{}'],
    ] as const) {
      const response = await askOfrep(path, {}, body);
      expect(mistakes(endpoint, response.status, await response.json())).toEqual([]);
    }
  });
});
