import { afterEach, expect, test, vi } from 'vitest';
import { createGatekeeper, defineFlags, GatekeeperError } from '../../../server-lib/index.ts';
import { manifestOf } from '../../helpers/protocol/manifest-of.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });
const grants = {
  keys: [{ kid: 'first', secret: Buffer.alloc(32, 7) }],
  origins: ['https://app.example.com'],
  authorize: () => null,
};

test.each([
  // The option, with grants, and the cookie's name in production and in development.
  { cookieName: undefined, withGrants: false, production: 'gatekeeper', development: 'gatekeeper' },
  { cookieName: 'gatekeeper', withGrants: false, production: 'gatekeeper', development: 'gatekeeper' },
  { cookieName: 'gatekeeper_2-b', withGrants: false, production: 'gatekeeper_2-b', development: 'gatekeeper_2-b' },
  {
    cookieName: '__Host-gatekeeper',
    withGrants: false,
    production: '__Host-gatekeeper',
    development: '__Host-gatekeeper',
  },
  {
    cookieName: '__Secure-gatekeeper',
    withGrants: false,
    production: '__Secure-gatekeeper',
    development: '__Secure-gatekeeper',
  },
  { cookieName: undefined, withGrants: true, production: '__Host-gatekeeper', development: 'gatekeeper' },
  {
    cookieName: 'gatekeeper-shop',
    withGrants: true,
    production: '__Host-gatekeeper-shop',
    development: 'gatekeeper-shop',
  },
  {
    cookieName: '__Host-gatekeeper-shop',
    withGrants: true,
    production: '__Host-gatekeeper-shop',
    development: 'gatekeeper-shop',
  },
])('cookieName $cookieName, grants: $withGrants', ({ cookieName, withGrants, production, development }) => {
  const options = { flags, cookieName, ...(withGrants ? { grants } : {}) } as Parameters<typeof createGatekeeper>[0];
  const keeper = createGatekeeper(options);
  const names: Record<string, unknown> = {};

  for (const nodeEnv of ['production', 'development']) {
    vi.stubEnv('NODE_ENV', nodeEnv);
    const read = [production, development].filter((name) => {
      const gate = keeper.gateFor({ cookie: `${name}={"SEARCH":"FUZZY"}`, mayOverride: true });
      return gate.ff('SEARCH' as never, 'FUZZY' as never);
    });
    names[nodeEnv] = [...new Set(read), manifestOf(keeper, keeper.gateFor()).cookie?.name];
  }

  expect(keeper.cookieName).toBe(production);
  expect(names).toEqual({ production: [production, production], development: [development, development] });
});

test.each([
  'sessionid',
  '',
  null,
  7,
  'gatekeeper ',
  'gatekeeper; Domain=example.com',
  '__host-gatekeeper',
  'gatekeeper-grant',
  '__Host-gatekeeper-grant',
  `gatekeeper${'x'.repeat(119)}`,
])('cookieName %j is refused at start', (cookieName) => {
  const start = () => createGatekeeper({ flags, cookieName: cookieName as string });

  expect(start).toThrow(GatekeeperError);
  expect(start).toThrow(/^createGatekeeper: cookieName must be "gatekeeper", optionally followed by letters/);
});

test('with grants the prefix __Secure- is refused, because the cookie needs __Host-', () => {
  expect(() => createGatekeeper({ flags, grants, cookieName: '__Secure-gatekeeper' })).toThrow(
    'createGatekeeper: cookieName must not start with "__Secure-", because grants add "__Host-"; got "__Secure-gatekeeper"',
  );
});
