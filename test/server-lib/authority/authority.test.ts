import { afterEach, expect, test, vi } from 'vitest';
import { createAuthority } from '../../../server-lib/authority/authority.ts';
import { errorLog } from '../../fakes/error-log.ts';
import { nodeRequest } from '../../fakes/node-request.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const VISITOR = nodeRequest({ peer: '203.0.113.7', headers: { host: 'shop.example.com' } });
const DEVELOPER = nodeRequest({ peer: '127.0.0.1', headers: { host: 'localhost:3000' } });

test('a caller without a request is not asked for, and gets nothing in production', () => {
  vi.stubEnv('NODE_ENV', 'production');
  let asked = 0;
  const policy = () => {
    asked += 1;
    return true;
  };

  expect(createAuthority(policy, () => {})(undefined)).toBe(false);
  expect(asked).toBe(0);
});

test('production with nothing configured lets nobody in, and says nothing', () => {
  vi.stubEnv('NODE_ENV', 'production');
  const log = errorLog();

  expect([VISITOR, DEVELOPER, undefined].map(createAuthority(undefined, log.onError))).toEqual([false, false, false]);
  expect(log.errors).toEqual([]);
});

test.each(['development', 'test'])('NODE_ENV %s lets everyone in without asking the policy', (nodeEnv) => {
  vi.stubEnv('NODE_ENV', nodeEnv);
  const policy = () => {
    throw new Error('asked');
  };

  expect([VISITOR, DEVELOPER, undefined].map(createAuthority(policy, () => {}))).toEqual([true, true, true]);
});

test('without NODE_ENV a stranger is refused with one warning for the life of the process', () => {
  vi.stubEnv('NODE_ENV', undefined);
  const log = errorLog();
  const mayOverride = createAuthority(undefined, log.onError);

  expect([DEVELOPER, VISITOR, VISITOR, undefined].map(mayOverride)).toEqual([true, false, false, false]);
  expect(log.codes).toEqual(['ERR_GK_ENVIRONMENT']);
  expect(log.errors[0]?.message).toContain('set NODE_ENV');
});

test('without NODE_ENV a policy has the word about strangers, and there is nothing to warn of', () => {
  vi.stubEnv('NODE_ENV', undefined);
  const log = errorLog();

  expect(createAuthority(() => true, log.onError)(VISITOR)).toBe(true);
  expect(createAuthority(() => false, log.onError)(VISITOR)).toBe(false);
  expect(log.errors).toEqual([]);
});

test('NODE_ENV is read when a request asks, so that what sets it may run late', () => {
  vi.stubEnv('NODE_ENV', 'production');
  const mayOverride = createAuthority(undefined, () => {});

  vi.stubEnv('NODE_ENV', 'test');

  expect(mayOverride(VISITOR)).toBe(true);
});
