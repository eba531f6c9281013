import { afterEach, expect, test, vi } from 'vitest';
import { ALL_FLAGS } from '../../../server-lib/core/overrides/permission.ts';
import { createPermissionCheck, type OverridePolicy } from '../../../server-lib/permission/policy.ts';
import { errorLog } from '../../fakes/error-log.ts';
import { nodeRequest } from '../../helpers/http/node-request.ts';
import { unhandledRejections } from '../../helpers/unhandled-rejections.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const VISITOR = nodeRequest({ peer: '203.0.113.7', headers: { host: 'shop.example.com' } });
// biome-ignore lint/suspicious/noThenProperty: what a query builder returns
const THENABLE = { then: (resolve: (answer: boolean) => void) => resolve(true) };
const PROMISE =
  'allowOverrides must return true or false; got a promise, so overrides are off. Look up the user in a middleware that runs before gatekeeper()';
const notTrue = (type: string) => `allowOverrides must return true or false; got ${type}, so overrides are off`;

test.each([
  { policy: 'true', run: () => true, open: true, codes: [], says: undefined },
  { policy: 'false', run: () => false, open: false, codes: [], says: undefined },
  { policy: 'undefined', run: () => undefined, open: false, codes: [], says: undefined },
  { policy: 'null', run: () => null, open: false, codes: [], says: undefined },
  { policy: '0', run: () => 0, open: false, codes: [], says: undefined },
  { policy: 'no text', run: () => '', open: false, codes: [], says: undefined },
  { policy: '1', run: () => 1, open: false, codes: ['ERR_GK_POLICY_NOT_TRUE'], says: notTrue('a number') },
  {
    policy: '"true"',
    run: () => 'true',
    open: false,
    codes: ['ERR_GK_POLICY_NOT_TRUE'],
    says: notTrue('a string of 4 characters'),
  },
  {
    policy: 'a user',
    run: () => ({ id: 1 }),
    open: false,
    codes: ['ERR_GK_POLICY_NOT_TRUE'],
    says: notTrue('an object'),
  },
  { policy: 'an empty list', run: () => [], open: false, codes: ['ERR_GK_POLICY_NOT_TRUE'], says: notTrue('an array') },
  {
    policy: 'new Boolean',
    run: () => Object(true),
    open: false,
    codes: ['ERR_GK_POLICY_NOT_TRUE'],
    says: notTrue('an object'),
  },
  {
    policy: 'a function',
    run: () => () => true,
    open: false,
    codes: ['ERR_GK_POLICY_NOT_TRUE'],
    says: notTrue('a function'),
  },
  {
    policy: 'a thenable',
    run: () => THENABLE,
    open: false,
    codes: ['ERR_GK_POLICY_PROMISE'],
    says: PROMISE,
  },
  { policy: 'an async true', run: async () => true, open: false, codes: ['ERR_GK_POLICY_PROMISE'], says: PROMISE },
  { policy: 'an async false', run: async () => false, open: false, codes: ['ERR_GK_POLICY_PROMISE'], says: PROMISE },
  {
    policy: 'a rejection',
    run: () => Promise.reject(new Error('no database')),
    open: false,
    codes: ['ERR_GK_POLICY_PROMISE'],
    says: PROMISE,
  },
])('in production a policy that returns $policy permits overrides: $open', async ({ run, open, codes, says }) => {
  vi.stubEnv('NODE_ENV', 'production');
  const log = errorLog();
  const mayOverride = createPermissionCheck({ policy: run as OverridePolicy, grants: undefined }, log.onError);

  const rejections = await unhandledRejections(() => {
    expect(mayOverride(VISITOR)).toBe(open ? ALL_FLAGS : false);
  });

  expect(log.codes).toEqual(codes);
  expect(log.errors[0]?.message).toBe(says);
  expect(rejections).toEqual([]);
});

test.each([new Error('no session'), null, undefined, 'no'])('a policy that throws %o permits no overrides', (cause) => {
  vi.stubEnv('NODE_ENV', 'production');
  const log = errorLog();
  const throws = () => {
    throw cause;
  };

  expect(createPermissionCheck({ policy: throws, grants: undefined }, log.onError)(VISITOR)).toBe(false);
  expect(log.errors).toEqual([
    expect.objectContaining({ code: 'ERR_GK_POLICY_THREW', message: 'allowOverrides threw, so overrides are off' }),
  ]);
  expect(log.errors[0]?.cause).toBe(cause);
});

test('the policy receives the request', () => {
  vi.stubEnv('NODE_ENV', 'production');
  const seen: unknown[] = [];
  const policy = (request: unknown) => {
    seen.push(request);
    return true;
  };

  createPermissionCheck({ policy, grants: undefined }, () => {})(VISITOR);

  expect(seen).toEqual([VISITOR]);
  expect(seen[0]).toBe(VISITOR);
});
