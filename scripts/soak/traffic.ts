import type { Request } from 'autocannon';
import { HOSTILE_COOKIES } from '../../test/helpers/protocol/hostile-cookies.ts';
import { readVectors } from '../../test/helpers/protocol/read-vectors.ts';
import { PAGES, SIMULATED_USER } from './flags.ts';

const PATHS = Object.keys(PAGES);
const MANIFEST = '/.well-known/gatekeeper.json';
const OVERRIDES = encodeURIComponent(JSON.stringify({ CHECKOUT: 'WIZARD', LAYOUT: 'LIST', GONE: 'ON' }));
const SIMULATED = encodeURIComponent(
  JSON.stringify({ '@user': SIMULATED_USER, '@beta': 'false', '@time': '2100-01-01T00:00:00Z', '@gone': 'x' }),
);

/** The requests of a client, in order; one in five is hostile. */
export function traffic(): Request[] {
  return hostile().flatMap((bad, at) => [
    ordinary(4 * at),
    ordinary(4 * at + 1),
    ordinary(4 * at + 2),
    ordinary(4 * at + 3),
    bad,
  ]);
}

function ordinary(at: number): Request {
  const path = PATHS[at % PATHS.length] as string;
  const user = { 'x-user': `u_${at % 100}` };
  const cookie = `sid=${at}; gatekeeper=${OVERRIDES}; theme=dark`;
  switch (at % 8) {
    case 0:
      return get(path, { ...user, cookie, 'x-tester': 'yes' });
    case 1:
      return get(MANIFEST, { ...user, cookie, 'x-tester': 'yes' });
    case 2:
      return get(path, { ...user, cookie: 'sid=1; theme=dark' });
    case 3:
      return get('/lamps/arc', user);
    case 4:
      return get(path, { ...user, cookie: `gatekeeper=${SIMULATED}`, 'x-tester': 'yes' });
    case 5:
      return get(path, { ...user, cookie: `gatekeeper=${SIMULATED}` });
    default:
      return get(path, at % 2 ? user : {});
  }
}

function hostile(): Request[] {
  const cookies = [...HOSTILE_COOKIES.map(({ header }) => header), ...CONTEXTS]
    .filter(isSendable)
    .flatMap((cookie, at) => {
      const path = at % 5 === 0 ? MANIFEST : (PATHS[at % PATHS.length] as string);
      return [get(path, { cookie }), get(path, { cookie, 'x-tester': 'yes' })];
    });
  const odd = [...PROBES, ...URLS].flatMap((path) => [
    get(path),
    get(path, { 'x-tester': 'yes', cookie: 'gatekeeper=%ff' }),
  ]);
  const posted: Request = { method: 'POST', path: MANIFEST, body: '{"CHECKOUT":"WIZARD"}' };
  return [...cookies, ...odd, posted, { ...posted, path: '/gatekeeper/grant', headers: { 'x-gatekeeper': '1' } }];
}

// Simulated contexts, with values inside and outside of what the shop declares.
const CONTEXTS = readVectors<{ readonly rows: readonly { readonly entries: object }[] }>('context.json').rows.map(
  ({ entries }) => `gatekeeper=${encodeURIComponent(JSON.stringify(entries))}`,
);

const PROBES = ['', '?', '/', '?CHECKOUT=WIZARD', '#', '%00', '/../x', ';jsessionid=1', '.bak'].map(
  (end) => MANIFEST + end,
);
const URLS = [
  '/lamps/%ff',
  '/lamps/%',
  '/lamps/%2e%2e%2f',
  '//lamps',
  '/__proto__',
  '/lamps/__proto__',
  '/?gatekeeper=%7B%22CHECKOUT%22%3A%22WIZARD%22%7D',
  '/lamps/constructor?__proto__[x]=1',
  `/${'a'.repeat(2_000)}`,
  '/gatekeeper/grant',
];

// Node rejects invalid characters in headers, and headers of more than 16 KB, before the application sees them.
function isSendable(header: string): boolean {
  return header.length < 8_000 && !/[^\t\x20-\xff]|\x7f/.test(header);
}

function get(path: string, headers: Readonly<Record<string, string>> = {}): Request {
  return { method: 'GET', path, headers: { ...headers } };
}
