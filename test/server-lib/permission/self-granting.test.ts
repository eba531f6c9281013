import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type AdapterRequest, createGatekeeper, defineFlags } from '../../../server-lib/index.ts';
import { errorLog } from '../../fakes/error-log.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';

beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'production');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const flags = defineFlags({
  STAFF: { variants: ['YES', 'NO'], default: 'NO', users: { YES: ['ann'] } },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
});
const FORGED = overrideCookie({ STAFF: 'YES', SEARCH: 'FUZZY' });

/** A gate whose policy lets in whom the flag STAFF names, and how often that policy was asked. */
function guarded(request: AdapterRequest) {
  let asked = 0;
  const keeper = createGatekeeper({ flags });
  const gate = keeper.gateFor({
    ...request,
    get mayOverride() {
      asked += 1;
      return gate.ff('STAFF', 'YES');
    },
  });
  return { keeper, gate, asked: () => asked };
}

test('a policy that asks a flag is not answered by the cookie that it is asked about', () => {
  const { gate } = guarded({ cookie: FORGED, userId: 'mallory' });

  expect(gate.mayOverride()).toBe(false);
  expect(gate.ffVariant('STAFF')).toBe('NO');
  expect(gate.ffVariant('SEARCH')).toBe('EXACT');
  expect(gate.browserOverrides()).toEqual({});
});

test.each(['ff first', 'mayOverride first', 'browserOverrides first', 'manifest first'])(
  'whatever is asked first (%s), a forged cookie opens nothing',
  (first) => {
    const { keeper, gate } = guarded({ cookie: FORGED, userId: 'mallory' });

    if (first === 'ff first') gate.ff('STAFF', 'YES');
    if (first === 'mayOverride first') gate.mayOverride();
    if (first === 'browserOverrides first') gate.browserOverrides();

    expect(keeper.adapter.manifestFor(gate).overrides).toMatchObject({ state: 'disabled', applied: [] });
    expect(gate.ff('STAFF', 'YES')).toBe(false);
  },
);

test.each(['ffVariant', 'mayOverride'] as const)(
  'whom the list names is let in, and only then does the cookie count, with %s asked first',
  (first) => {
    const { gate } = guarded({ cookie: overrideCookie({ STAFF: 'NO', SEARCH: 'FUZZY' }), userId: 'ann' });

    gate[first]('SEARCH');

    expect(gate.ffVariant('SEARCH')).toBe('FUZZY');
    expect(gate.mayOverride()).toBe(true);
    expect(gate.ffVariant('STAFF')).toBe('NO'); // not pinned by the policy's own question
  },
);

test.each(['mayOverride', 'browserOverrides', 'explain'] as const)(
  'a policy that asks %s ends, and is refused',
  (ask) => {
    const log = errorLog();
    const gate = createGatekeeper({ flags, ...log }).gateFor({
      cookie: FORGED,
      get mayOverride() {
        if (ask === 'mayOverride') return gate.mayOverride();
        if (ask === 'browserOverrides') return gate.browserOverrides().STAFF === 'YES';
        return gate.explain('STAFF').source === 'override';
      },
    });

    expect(gate.ffVariant('SEARCH')).toBe('EXACT');
    expect(log.errors).toEqual([]);
  },
);

test('the policy is asked once a request, whatever the request asks', () => {
  const { keeper, gate, asked } = guarded({ cookie: FORGED, userId: 'ann' });

  gate.ff('SEARCH', 'FUZZY');
  gate.ff('STAFF', 'YES');
  gate.ffVariant('SEARCH', { userId: 'bob' });
  gate.browserOverrides();
  gate.mayOverride();
  keeper.adapter.manifestFor(gate);

  expect(asked()).toBe(1);
});

test.each([{ cookie: undefined }, { cookie: '' }, { cookie: 'session=1; theme=dark' }, { cookie: 'Gatekeeper={}' }])(
  'the policy is never asked about a visitor with the cookies $cookie',
  ({ cookie }) => {
    const { gate, asked } = guarded({ cookie, userId: 'ann' });

    gate.ff('SEARCH', 'FUZZY');
    gate.browserOverrides();
    gate.ffVariant('STAFF', { userId: 'bob' });

    expect(asked()).toBe(0);
  },
);

test('the policy is not asked by a request that asks no flag', () => {
  expect(guarded({ cookie: FORGED }).asked()).toBe(0);
});

test('the answer is for good: a request that was refused is not let in later', () => {
  let staff = false;
  const gate = createGatekeeper({ flags }).gateFor({
    cookie: FORGED,
    get mayOverride() {
      return staff;
    },
  });

  gate.ff('SEARCH', 'FUZZY');
  staff = true;

  expect(gate.mayOverride()).toBe(false);
  expect(gate.ff('STAFF', 'YES')).toBe(false);
});
