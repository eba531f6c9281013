import { afterEach, expect, test, vi } from 'vitest';
import type { IncomingRequest } from '../../../server-lib/core/incoming-request.ts';
import { ALL_FLAGS, type Permission } from '../../../server-lib/core/overrides/permission.ts';
import { readDevelopmentSignals } from '../../../server-lib/permission/development.ts';
import { createPermissionCheck } from '../../../server-lib/permission/policy.ts';
import { errorLog } from '../../fakes/error-log.ts';
import { nodeRequest } from '../../helpers/http/node-request.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const VISITOR = nodeRequest({ peer: '203.0.113.7', headers: { host: 'shop.example.com' } });
const atTerminal = (request: IncomingRequest | undefined) => readDevelopmentSignals(request, () => true);
const withoutTerminal = (request: IncomingRequest | undefined) => readDevelopmentSignals(request, () => false);
const NOTHING = { policy: undefined, grants: undefined };
const DEVELOPER = nodeRequest({ peer: '127.0.0.1', headers: { host: 'localhost:3000' } });

test('without a request the policy is not called, and in production there is no permission', () => {
  vi.stubEnv('NODE_ENV', 'production');
  let calls = 0;
  const policy = () => {
    calls += 1;
    return true;
  };

  expect(createPermissionCheck({ policy, grants: undefined }, () => {})(undefined)).toBe(false);
  expect(calls).toBe(0);
});

test('production without a policy or grants permits no overrides, and reports nothing', () => {
  vi.stubEnv('NODE_ENV', 'production');
  const log = errorLog();
  const mayOverride = createPermissionCheck(NOTHING, log.onError);

  expect([VISITOR, DEVELOPER, undefined].map(mayOverride)).toEqual([false, false, false]);
  expect(log.errors).toEqual([]);
});

test.each(['development', 'test'])('NODE_ENV %s permits every request without calling the policy', (nodeEnv) => {
  vi.stubEnv('NODE_ENV', nodeEnv);
  const policy = () => {
    throw new Error('called');
  };
  const mayOverride = createPermissionCheck({ policy, grants: { verify: policy } }, () => {});

  for (const request of [VISITOR, DEVELOPER, undefined]) expect(mayOverride(request)).toBe(ALL_FLAGS);
});

test('without NODE_ENV a remote visitor is refused, with one warning per process', () => {
  vi.stubEnv('NODE_ENV', undefined);
  const log = errorLog();
  const mayOverride = createPermissionCheck(NOTHING, log.onError, atTerminal);

  expect([DEVELOPER, VISITOR, VISITOR, undefined].map(mayOverride)).toEqual([ALL_FLAGS, false, false, false]);
  expect(log.codes).toEqual(['ERR_GK_ENVIRONMENT']);
  expect(log.errors[0]?.message).toContain('Set NODE_ENV=development');
});

test('without NODE_ENV the policy decides about remote visitors, and there is no warning', () => {
  vi.stubEnv('NODE_ENV', undefined);
  const log = errorLog();

  expect(createPermissionCheck({ policy: () => true, grants: undefined }, log.onError)(VISITOR)).toBe(ALL_FLAGS);
  expect(createPermissionCheck({ policy: () => false, grants: undefined }, log.onError)(VISITOR)).toBe(false);
  expect(log.errors).toEqual([]);
});

test('NODE_ENV is read for each request, so it can be set late', () => {
  vi.stubEnv('NODE_ENV', 'production');
  const mayOverride = createPermissionCheck(NOTHING, () => {});

  vi.stubEnv('NODE_ENV', 'test');

  expect(mayOverride(VISITOR)).toBe(ALL_FLAGS);
});

test.each([
  { configured: 'nothing', authorities: NOTHING },
  { configured: 'a policy', authorities: { policy: () => false, grants: undefined } },
])(
  'if only the terminal is missing, onError gets one error that says what to set, with $configured configured',
  ({ authorities }) => {
    vi.stubEnv('NODE_ENV', undefined);
    const log = errorLog();
    const mayOverride = createPermissionCheck(authorities, log.onError, withoutTerminal);

    expect([DEVELOPER, DEVELOPER].map(mayOverride)).toEqual([false, false]);
    expect(log.codes).toEqual(['ERR_GK_ENVIRONMENT']);
    expect(log.errors[0]?.message).toBe(
      'NODE_ENV is not set and the process has no terminal, so overrides are off. Set NODE_ENV=development on your own machine, and NODE_ENV=production on a server',
    );
  },
);

test('in production a missing terminal is not reported', () => {
  vi.stubEnv('NODE_ENV', 'production');
  const log = errorLog();

  expect(createPermissionCheck(NOTHING, log.onError, withoutTerminal)(DEVELOPER)).toBe(false);
  expect(log.errors).toEqual([]);
});

/** Grants that are valid for every request with a cookie, for one flag and until a minute into 1970. */
const GRANTS = {
  verify: (cookie: string | undefined) =>
    cookie === undefined ? undefined : { scope: new Set(['SEARCH']), expiresAt: 60, subject: 'ann' },
};
const GRANTED = nodeRequest({ peer: '203.0.113.7', headers: { host: 'shop.example.com', cookie: 'a-grant' } });

test('in production a grant permits the flags that it covers, until it expires', () => {
  vi.stubEnv('NODE_ENV', 'production');
  const mayOverride = createPermissionCheck({ policy: undefined, grants: GRANTS }, () => {});

  const permission = mayOverride(GRANTED) as Permission;

  expect(mayOverride(VISITOR)).toBe(false);
  expect([permission.covers('SEARCH'), permission.covers('OTHER'), permission.coversAllFlags]).toEqual([
    true,
    false,
    false,
  ]);
  expect([permission.secondsLeft(15_000), permission.secondsLeft(90_000)]).toEqual([45, 0]);
});

test('a grant does not restrict a policy that permits, and permits where the policy does not', () => {
  vi.stubEnv('NODE_ENV', 'production');

  expect(createPermissionCheck({ policy: () => true, grants: GRANTS }, () => {})(GRANTED)).toBe(ALL_FLAGS);
  expect(createPermissionCheck({ policy: () => false, grants: GRANTS }, () => {})(GRANTED)).toMatchObject({
    expiresAt: 60,
  });
});

test('without NODE_ENV grants decide about remote visitors, and there is no warning', () => {
  vi.stubEnv('NODE_ENV', undefined);
  const log = errorLog();

  expect(createPermissionCheck({ policy: undefined, grants: GRANTS }, log.onError)(VISITOR)).toBe(false);
  expect(log.errors).toEqual([]);
});
