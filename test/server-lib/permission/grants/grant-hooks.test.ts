import { expect, test } from 'vitest';
import type { GrantOptions } from '../../../../server-lib/permission/grants/grant-options.ts';
import { grantCookie, grantingSite, type SiteRequest } from '../../../helpers/grants/granting-site.ts';
import { withPollutedPrototype } from '../../../helpers/polluted-prototype.ts';
import { grantToken } from '../../../helpers/protocol/grant-vectors.ts';
import { unhandledRejections } from '../../../helpers/unhandled-rejections.ts';

const ANN: SiteRequest = { signedIn: 'u_42' };
const PROMISE =
  'must be synchronous; it returned a promise, so the grant is refused. Look up the user in a middleware that runs before gatekeeper()';
const SUB = expect.stringMatching(/^authorize: sub must be a number or a string of 1 to 128 characters; got \S/);
const SCOPE = "authorize: scope must be '*' or an array of at most 64 flag names";
const NO_ID = (kind: string) => `subjectOf must return a string or a number; got ${kind}, so the grant is refused`;
const rejection = () => Promise.reject(new Error('no database'));
const raise = (cause: unknown) => () => {
  throw cause;
};
// biome-ignore lint/suspicious/noThenProperty: what a query builder returns
const THENABLE = { then: raise(0) };
const dead = Proxy.revocable({}, {});
dead.revoke();

test.each([
  { authorize: 'nobody', run: () => null, says: [] },
  { authorize: 'undefined', run: () => undefined, says: [] },
  { authorize: 'false', run: () => false, says: [] },
  { authorize: 'a promise of a user', run: async () => ({ sub: 'u_42' }), says: [`authorize ${PROMISE}`] },
  { authorize: 'a promise of nobody', run: async () => null, says: [`authorize ${PROMISE}`] },
  { authorize: 'a rejection', run: rejection, says: [`authorize ${PROMISE}`] },
  { authorize: 'an error', run: raise(new Error('no')), says: ['authorize threw, so the grant is refused'] },
  { authorize: 'null thrown', run: raise(null), says: ['authorize threw, so the grant is refused'] },
  { authorize: 'true', run: () => true, says: [SUB] },
  { authorize: 'a bare id', run: () => 'u_42', says: [SUB] },
  { authorize: 'a list', run: () => ['u_42'], says: [SUB] },
  { authorize: 'a function', run: () => () => ({ sub: 'u_42' }), says: [SUB] },
  { authorize: 'a thenable', run: () => THENABLE, says: [`authorize ${PROMISE}`] },
  { authorize: 'no sub', run: () => ({ id: 'u_42' }), says: [SUB] },
  { authorize: 'an inherited sub', run: () => Object.create({ sub: 'u_42' }), says: [SUB] },
  { authorize: 'an undefined sub', run: () => ({ sub: undefined }), says: [SUB] },
  { authorize: 'a null sub', run: () => ({ sub: null }), says: [SUB] },
  { authorize: 'an empty sub', run: () => ({ sub: '' }), says: [SUB] },
  { authorize: 'a sub of 129', run: () => ({ sub: 'u'.repeat(129) }), says: [SUB] },
  { authorize: 'a NaN sub', run: () => ({ sub: Number.NaN }), says: [SUB] },
  { authorize: 'a true sub', run: () => ({ sub: true }), says: [SUB] },
  { authorize: 'a list sub', run: () => ({ sub: ['u_42'] }), says: [SUB] },
  { authorize: 'an object sub', run: () => ({ sub: { toString: () => 'u_42' } }), says: [SUB] },
  { authorize: 'a promised sub', run: () => ({ sub: Promise.resolve('u_42') }), says: [SUB] },
  { authorize: 'a rejected sub', run: () => ({ sub: rejection(), scope: '*' }), says: [SUB] },
  {
    authorize: 'a rejected scope',
    run: () => ({ sub: 'u_42', scope: rejection() }),
    says: [`${SCOPE}; got a promise`],
  },
  { authorize: 'a bigint sub', run: () => ({ sub: 42n }), says: [SUB] },
  { authorize: 'a dead proxy', run: () => dead.proxy, says: ['authorize threw, so the grant is refused'] },
])('no grant is issued if authorize gives $authorize', async ({ run, says }) => {
  const site = grantingSite({ authorize: run as never });

  const rejections = await unhandledRejections(() => {
    expect(site.grants.issue(ANN)).toBeUndefined();
    expect(site.log.errors.map(({ message }) => message)).toEqual(says);
    expect(site.grants.isEligible(ANN)).toBe(false);
  });

  expect(site.log.errors.map(({ message }) => message)).toEqual([...says, ...says]);
  expect(new Set(site.log.codes)).toEqual(new Set(says.map(() => 'ERR_GK_GRANT_HOOK')));
  expect(rejections).toEqual([]);
});

test.each([
  { subjectOf: 'its person', run: () => 'u_42', counts: true, says: [] },
  { subjectOf: 'another user', run: () => 'u_7', counts: false, says: [] },
  { subjectOf: 'nobody', run: () => null, counts: false, says: [] },
  { subjectOf: 'undefined', run: () => undefined, counts: false, says: [] },
  { subjectOf: 'a promise of its person', run: async () => 'u_42', counts: false, says: [`subjectOf ${PROMISE}`] },
  { subjectOf: 'a rejection', run: rejection, counts: false, says: [`subjectOf ${PROMISE}`] },
  {
    subjectOf: 'an error',
    run: raise(new Error('no')),
    counts: false,
    says: ['subjectOf threw, so the grant is refused'],
  },
  {
    subjectOf: 'an object',
    run: () => ({ toString: () => 'u_42' }),
    counts: false,
    says: [NO_ID('an object')],
  },
  {
    subjectOf: 'a list',
    run: () => ['u_42'],
    counts: false,
    says: [NO_ID('an array')],
  },
  { subjectOf: 'true', run: () => true, counts: false, says: [NO_ID('a boolean')] },
  {
    subjectOf: 'NaN',
    run: () => Number.NaN,
    counts: false,
    says: [NO_ID('NaN')],
  },
])('if subjectOf gives $subjectOf, a good grant is valid: $counts', async ({ run, counts, says }) => {
  const site = grantingSite({ subjectOf: run as never });

  const rejections = await unhandledRejections(() => {
    expect(site.grants.verify(grantCookie(grantToken()), ANN) !== undefined).toBe(counts);
  });

  expect(site.log.errors.map(({ code, message }) => [code, message])).toEqual(
    says.map((message) => ['ERR_GK_GRANT_HOOK', message]),
  );
  expect(rejections).toEqual([]);
});

const NEITHER = (kind: string) => `isRevoked must return true or false; got ${kind}, so the grant is refused`;

test.each([
  { isRevoked: 'false', run: () => false, counts: true, says: [] },
  { isRevoked: 'true', run: () => true, counts: false, says: [] },
  { isRevoked: 'undefined', run: () => undefined, counts: false, says: [NEITHER('undefined')] },
  { isRevoked: 'null', run: () => null, counts: false, says: [NEITHER('null')] },
  { isRevoked: '0', run: () => 0, counts: false, says: [NEITHER('a number')] },
  { isRevoked: 'no text', run: () => '', counts: false, says: [NEITHER('a string of 0 characters')] },
  { isRevoked: 'new Boolean(false)', run: () => Object(false), counts: false, says: [NEITHER('an object')] },
  { isRevoked: 'a promise of false', run: async () => false, counts: false, says: [`isRevoked ${PROMISE}`] },
  { isRevoked: 'a rejection', run: rejection, counts: false, says: [`isRevoked ${PROMISE}`] },
  {
    isRevoked: 'an error',
    run: raise(new Error('no')),
    counts: false,
    says: ['isRevoked threw, so the grant is refused'],
  },
])('if isRevoked gives $isRevoked, a good grant is valid: $counts', async ({ run, counts, says }) => {
  const site = grantingSite({ isRevoked: run as never });

  const rejections = await unhandledRejections(() => {
    expect(site.grants.verify(grantCookie(grantToken()), ANN) !== undefined).toBe(counts);
  });

  expect(site.log.errors.map(({ code, message }) => [code, message])).toEqual(
    says.map((message) => ['ERR_GK_GRANT_HOOK', message]),
  );
  expect(rejections).toEqual([]);
});

test('the hooks receive the request, the grant’s id and its user, and what they throw is the cause', () => {
  const seen: unknown[] = [];
  const cause = new Error('no database');
  const options: Partial<GrantOptions<SiteRequest>> = {
    authorize: (request) => {
      seen.push(request);
      throw cause;
    },
    subjectOf: (request) => {
      seen.push(request);
      return 'u_42';
    },
    isRevoked: (...args) => {
      seen.push(args);
      throw cause;
    },
  };
  const site = grantingSite(options);

  site.grants.issue(ANN);
  site.grants.verify(grantCookie(grantToken()), ANN);

  expect(seen).toEqual([ANN, ANN, ['q0Xc4Yx2T8mJ5v7bN1wZ3A', 'u_42']]);
  expect(seen[0]).toBe(ANN);
  expect(site.log.errors.map((error) => error.cause)).toEqual([cause, cause]);
});

test('no error contains a user or a token', () => {
  const long = 'ann@example.com'.repeat(20);
  const site = grantingSite({
    authorize: () => ({ sub: long, scope: '*' }),
    subjectOf: () => [long] as never,
  });

  site.grants.issue(ANN);
  site.grants.verify(grantCookie(grantToken()), ANN);

  expect(site.log.errors).toHaveLength(2);
  expect(site.log.errors.map(({ message }) => message).join()).not.toMatch(/ann@|eyJ|u_42/);
});

test('fields of a polluted Object.prototype authorize no user and widen no scope', () => {
  const pollution = { sub: 'u_42', scope: ['*'], answer: true, kind: 'answer' };

  withPollutedPrototype(pollution, () => {
    expect(grantingSite({ authorize: () => ({}) as never }).grants.isEligible(ANN)).toBe(false);
    const narrow = grantingSite({ authorize: () => ({ sub: 'u_42', scope: ['FLAG_A'] }) }).grants;
    const grant = narrow.verify(grantCookie(String(narrow.issue(ANN)?.token)), ANN);
    expect(grant?.scope).toEqual(new Set(['FLAG_A']));
  });
  withPollutedPrototype({ scope: ['EVIL'] }, () => {
    const { grants } = grantingSite({ authorize: () => ({ sub: 'u_42' }) as never });
    expect(grants.issue(ANN)).toBeUndefined();
  });
});
