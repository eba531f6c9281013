import { expect, test } from 'vitest';
import { createGatekeeper, defineFlags, type OfrepOptions } from '../../../../server-lib/index.ts';

const flags = defineFlags({
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  SECRET: { variants: ['ON', 'OFF'], default: 'OFF', hidden: true },
});
const { adapter } = createGatekeeper({ flags });
const ORIGIN = 'must be an origin like https://app.example.com, in lower case and without a path';

test.each([
  [undefined, 'options must be an object; got "undefined"'],
  [{}, `flags must be an array of names, ['CHECKOUT']; got "undefined"`],
  [{ flags: 'CHECKOUT' }, `flags must be an array of names, ['CHECKOUT']; got "CHECKOUT"`],
  [{ flags: [7] }, 'flags[0] must be a string; got "7"'],
  [{ flags: ['CHEKOUT'] }, 'flags names "CHEKOUT", but there is no such flag; did you mean "CHECKOUT"?'],
  [{ flags: [], context: 'client' }, `context must be 'session' or 'caller'; got "client"`],
  [{ flags: [], context: 'caller' }, `context 'caller' needs authorize(request), because a caller can name any user`],
  [{ flags: [], authorize: true }, 'authorize must be a function; got "true"'],
  [{ flags: [], attributes: 'country' }, `attributes must be an array of names, ['country']; got "country"`],
  [{ flags: [], origins: 'https://a.example' }, 'origins must be an array; got "https://a.example"'],
  [{ flags: [], origins: ['*'] }, `origins[0] ${ORIGIN}; got "*"`],
  [{ flags: [], origins: ['https://a.example', 'http://b.example'] }, `origins[1] ${ORIGIN}; got "http://b.example"`],
  [{ flags: [], events: 'yes' }, 'events must be true or false; got "yes"'],
  [{ flags: [], path: 'api' }, 'path must be a plain path like /api; got "api"'],
  [{ flags: [], path: '/api?x' }, 'path must be a plain path like /api; got "/api?x"'],
  [{ flags: [], origin: [] }, 'there is no option "origin"; did you mean "origins"?'],
])('ofrepRoute refuses %j', (options, message) => {
  expect(() => adapter.ofrepRoute(options as never)).toThrow(
    expect.objectContaining({ code: 'ERR_GK_OPTIONS', message: `ofrepRoute: ${message}` }),
  );
});

test.each<[path: string | undefined, bulk: string]>([
  [undefined, '/ofrep/v1/evaluate/flags'],
  ['', '/ofrep/v1/evaluate/flags'],
  ['/', '/ofrep/v1/evaluate/flags'],
  ['/api', '/api/ofrep/v1/evaluate/flags'],
  ['/api/', '/api/ofrep/v1/evaluate/flags'],
  ['/api/ofrep/v1', '/api/ofrep/v1/evaluate/flags'],
  ['/ofrep/v1/evaluate/flags', '/ofrep/v1/evaluate/flags'],
])('with the path %j, all flags are at %s', (path, bulk) => {
  const options: OfrepOptions<typeof flags> = { flags: ['CHECKOUT'], ...(path !== undefined && { path }) };

  expect(adapter.ofrepRoute(options).matches('POST', bulk)).toBe(true);
});

test.each([
  ['POST', '', true],
  ['POST', '/CHECKOUT', true],
  ['POST', '/no/flag', true],
  ['POST', '/', false],
  ['POST', 'x', false],
  ['GET', '', false],
  ['HEAD', '', false],
  ['PUT', '', false],
  ['DELETE', '/CHECKOUT', false],
  ['OPTIONS', '', false],
  [undefined, '', false],
])('%s to the path of all flags and %j matches: %s', (method, rest, matches) => {
  const route = adapter.ofrepRoute({ flags: ['CHECKOUT'] });

  expect(route.matches(method, `/ofrep/v1/evaluate/flags${rest}`)).toBe(matches);
});

test('a preflight matches only with origins, and the stream only with events', () => {
  const plain = adapter.ofrepRoute({ flags: [] });
  const all = adapter.ofrepRoute({ flags: [], origins: ['https://a.example'], events: true });

  expect(plain.matches('OPTIONS', '/ofrep/v1/evaluate/flags')).toBe(false);
  expect(plain.matches('GET', '/ofrep/v1/events')).toBe(false);
  expect(all.matches('OPTIONS', '/ofrep/v1/evaluate/flags/CHECKOUT')).toBe(true);
  expect(all.matches('GET', '/ofrep/v1/events')).toBe(true);
  expect(all.matches('POST', '/ofrep/v1/events')).toBe(false);
});
