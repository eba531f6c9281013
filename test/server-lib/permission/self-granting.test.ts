import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type AdapterRequest, createGatekeeper, defineFlags } from '../../../server-lib/index.ts';
import { errorLog } from '../../fakes/error-log.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { manifestOf } from '../../helpers/protocol/manifest-of.ts';

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

/** A gate whose policy permits the users of the flag STAFF, and how often the policy was called. */
function guarded(request: AdapterRequest) {
  let calls = 0;
  const keeper = createGatekeeper({ flags });
  const gate = keeper.gateFor({
    ...request,
    get mayOverride() {
      calls += 1;
      return gate.ff('STAFF', 'YES');
    },
  });
  return { keeper, gate, calls: () => calls };
}

test('a flag that the policy evaluates has no overrides', () => {
  const { gate } = guarded({ cookie: FORGED, userId: 'mallory' });

  expect(gate.mayOverride()).toBe(false);
  expect(gate.ffVariant('STAFF')).toBe('NO');
  expect(gate.ffVariant('SEARCH')).toBe('EXACT');
  expect(gate.browserOverrides()).toEqual({});
});

test.each(['ff first', 'mayOverride first', 'browserOverrides first', 'manifest first'])(
  'whatever is called first (%s), a forged cookie permits nothing',
  (first) => {
    const { keeper, gate } = guarded({ cookie: FORGED, userId: 'mallory' });

    if (first === 'ff first') gate.ff('STAFF', 'YES');
    if (first === 'mayOverride first') gate.mayOverride();
    if (first === 'browserOverrides first') gate.browserOverrides();

    expect(manifestOf(keeper, gate).overrides).toMatchObject({ state: 'disabled', applied: [] });
    expect(gate.ff('STAFF', 'YES')).toBe(false);
  },
);

test.each(['ffVariant', 'mayOverride'] as const)(
  'a listed user may override, and only then does the cookie apply, with %s called first',
  (first) => {
    const { gate } = guarded({ cookie: overrideCookie({ STAFF: 'NO', SEARCH: 'FUZZY' }), userId: 'ann' });

    gate[first]('SEARCH');

    expect(gate.ffVariant('SEARCH')).toBe('FUZZY');
    expect(gate.mayOverride()).toBe(true);
    expect(gate.ffVariant('STAFF')).toBe('NO'); // not pinned by the policy's evaluation
  },
);

test.each(['mayOverride', 'browserOverrides', 'explain'] as const)(
  'a policy that calls %s does not recurse, and permits nothing',
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

test('the policy is called once per request', () => {
  const { keeper, gate, calls } = guarded({ cookie: FORGED, userId: 'ann' });

  gate.ff('SEARCH', 'FUZZY');
  gate.ff('STAFF', 'YES');
  gate.ffVariant('SEARCH', { userId: 'bob' });
  gate.browserOverrides();
  gate.mayOverride();
  manifestOf(keeper, gate);

  expect(calls()).toBe(1);
});

test.each([{ cookie: undefined }, { cookie: '' }, { cookie: 'session=1; theme=dark' }, { cookie: 'Gatekeeper={}' }])(
  'the policy is never called for a visitor with the cookies $cookie',
  ({ cookie }) => {
    const { gate, calls } = guarded({ cookie, userId: 'ann' });

    gate.ff('SEARCH', 'FUZZY');
    gate.browserOverrides();
    gate.ffVariant('STAFF', { userId: 'bob' });

    expect(calls()).toBe(0);
  },
);

test('the policy is not called for a request that evaluates no flag', () => {
  expect(guarded({ cookie: FORGED }).calls()).toBe(0);
});

test('a refusal is final: a refused request gets no permission later', () => {
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
