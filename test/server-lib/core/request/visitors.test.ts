import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { gatekeeper, visitorCookie } from '../../../../server-lib/express.ts';
import {
  type AdapterRequest,
  createGatekeeper,
  type DecideContext,
  defineFlags,
  type Exposure,
  type ProtocolResponse,
  type UserId,
} from '../../../../server-lib/index.ts';
import { errorLog } from '../../../fakes/error-log.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { manifestOf } from '../../../helpers/protocol/manifest-of.ts';
import { IS_DEEP } from '../../../helpers/vitest/depth.ts';

const VARIANTS = { ON: 'ON', OFF: 'OFF' };
const rule = (targeting: object, more: object = {}) => ({ state: 'ENABLED', variants: VARIANTS, targeting, ...more });
const split = (percentage: number, rest: string | null = null) => ({
  fractional: [
    ['ON', percentage],
    [rest, 100 - percentage],
  ],
});

const flag = { variants: ['ON', 'OFF'], default: 'OFF' } as const;
const flags = defineFlags({
  ROLLOUT: flag,
  LISTED: { ...flag, users: { ON: ['visitor', 'ann'] } },
  CODE: { ...flag, decide: ({ userId }) => (userId === undefined ? undefined : 'ON') },
});
const rules = {
  flags: {
    ROLLOUT: rule(split(100)),
    LISTED: rule({ if: [{ '==': [{ var: 'targetingKey' }, 'nobody'] }, 'ON', null] }),
    CODE: rule({ if: [{ '==': [{ var: 'targetingKey' }, 'nobody'] }, 'ON', null] }),
  },
};

/** A request whose `visitorId` is read from a spy. */
function requestOf(read: () => unknown, more: AdapterRequest = {}) {
  const visitorId = vi.fn(read);
  const request = Object.create(null, {
    ...Object.getOwnPropertyDescriptors(more),
    visitorId: { get: visitorId, enumerable: true },
  }) as AdapterRequest;
  return { request, visitorId };
}

test('without a user, a rule is evaluated for the visitor, and explain() says so', () => {
  const gate = createGatekeeper({ flags, rules }).gateFor({ visitorId: 'visitor' });

  expect(gate.explain('ROLLOUT')).toMatchObject({ variant: 'ON', source: 'rule', reason: 'SPLIT', visitor: true });
  expect(gate.evaluations()).toEqual([gate.explain('ROLLOUT')]);
});

test('user lists and decide do not see the visitor', () => {
  const decide = vi.fn(({ userId }: DecideContext) => (userId === undefined ? undefined : 'ON'));
  const keeper = createGatekeeper({ flags: { ...flags, CODE: { ...flag, decide } }, rules });
  const gate = keeper.gateFor({ visitorId: 'visitor' });

  expect(gate.explain('LISTED')).toMatchObject({ variant: 'OFF', source: 'default' });
  expect(gate.explain('CODE')).toMatchObject({ variant: 'OFF', source: 'default' });
  expect(Object.keys(decide.mock.calls[0]?.[0] ?? {})).not.toContain('visitorId');
});

test('a visitor who signs in during the request is the user for the flags that follow', () => {
  let userId: UserId | undefined;
  const { request, visitorId } = requestOf(() => 'visitor', {
    get userId() {
      return userId;
    },
  });
  const gate = createGatekeeper({ flags, rules }).gateFor(request);

  gate.ff('ROLLOUT', 'ON');
  userId = 'ann';

  expect(gate.explain('LISTED')).toMatchObject({ variant: 'ON', source: 'user' });
  expect(gate.explain('ROLLOUT')).toHaveProperty('visitor', true); // a flag keeps its variant
  expect(visitorId).toHaveBeenCalledOnce();
});

test.each([
  { what: 'a request with a user', request: { userId: 7 }, targeting: split(50) },
  { what: 'a flag without a rule', request: {}, targeting: undefined },
  { what: 'a rollout of 0 %', request: {}, targeting: split(0) },
  { what: 'a rollout without weights', request: {}, targeting: { fractional: [['ON', 0]] } },
  { what: 'a rule by country', request: {}, targeting: { if: [{ '==': [{ var: 'country' }, 'NL'] }, 'ON', 'OFF'] } },
  { what: 'a split by another string', request: {}, targeting: { fractional: ['all', ['ON', 1], ['OFF', 1]] } },
  {
    what: 'an override',
    request: { cookie: overrideCookie({ ROLLOUT: 'ON' }), mayOverride: true },
    targeting: split(50),
  },
])('$what needs no visitor', ({ request: more, targeting }) => {
  const ruled = { flags: targeting === undefined ? {} : { ROLLOUT: rule(targeting) } };
  const { request, visitorId } = requestOf(() => 'visitor', more);

  const evaluation = createGatekeeper({ flags, rules: ruled, onEvaluate: () => {} })
    .gateFor(request)
    .explain('ROLLOUT');

  expect(visitorId).not.toHaveBeenCalled();
  expect(evaluation).not.toHaveProperty('visitor');
});

test('a kill switch needs no visitor', () => {
  const { request, visitorId } = requestOf(() => 'visitor');
  const off = { flags: { ROLLOUT: rule(split(50), { state: 'DISABLED' }) } };

  createGatekeeper({ flags, rules: off }).gateFor(request).ff('ROLLOUT', 'ON');

  expect(visitorId).not.toHaveBeenCalled();
});

test.each([
  { what: 'ON at 100 %', targeting: split(100), variant: 'ON' },
  { what: 'OFF at 0 %, written as a variant', targeting: split(0, 'OFF'), variant: 'OFF' },
  { what: 'the part of the context', targeting: { if: [{ var: 'targetingKey' }, 'ON', 'OFF'] }, variant: 'ON' },
])('a rule that gives $what needs the visitor', ({ targeting, variant }) => {
  const { request, visitorId } = requestOf(() => 'visitor');

  const gate = createGatekeeper({ flags, rules: { flags: { ROLLOUT: rule(targeting) } } }).gateFor(request);

  expect(gate.explain('ROLLOUT')).toMatchObject({ variant, visitor: true });
  expect(visitorId).toHaveBeenCalledOnce();
});

test.each([undefined, null, ''])('the visitorId %j is no visitor', (id) => {
  const { errors, onError } = errorLog();
  const gate = createGatekeeper({ flags, rules, onError }).gateFor({ visitorId: id });

  expect(gate.explain('ROLLOUT')).toMatchObject({ variant: 'OFF', source: 'default' });
  expect(gate.explain('ROLLOUT')).not.toHaveProperty('visitor');
  expect(errors).toEqual([]);
});

test('a number is a visitor like its string', () => {
  const keeper = createGatekeeper({ flags, rules: { flags: { ROLLOUT: rule(split(50)) } } });
  const variantOf = (visitorId: UserId) => keeper.gateFor({ visitorId }).ffVariant('ROLLOUT');

  for (let id = 0; id < 50; id++) expect(variantOf(id)).toBe(variantOf(String(id)));
});

test.each([
  {
    what: 'throws',
    read: () => {
      throw new Error('no session');
    },
    message: 'visitorId threw',
  },
  { what: 'returns a promise', read: async () => 'visitor', message: 'visitorId must be synchronous' },
  {
    what: 'returns an object',
    read: () => ({ id: 7 }),
    message: 'visitorId must be a string or a number; got an object',
  },
  { what: 'returns NaN', read: () => Number.NaN, message: 'visitorId must be a string or a number' },
])('a visitorId that $what fails only the flags that need it', ({ read, message }) => {
  const { errors, onError } = errorLog();
  const { request } = requestOf(read);
  const gate = createGatekeeper({ flags: { ...flags, PLAIN: flag }, rules, onError }).gateFor(request);

  expect(gate.explain('ROLLOUT')).toMatchObject({ variant: 'OFF', source: 'error' });
  expect(gate.explain('PLAIN')).toMatchObject({ source: 'default' });
  expect(errors.map(({ code, flag: name }) => `${code} ${name}`)).toEqual(['ERR_GK_VISITOR_ID ROLLOUT']);
  expect(errors[0]?.message).toContain(message);
});

test('visitorId may evaluate flags; they have no visitor', () => {
  const gates: { explain(name: 'ROLLOUT'): object }[] = [];
  const inner: object[] = [];
  const { request } = requestOf(() => {
    for (const gate of gates) inner.push(gate.explain('ROLLOUT'));
    return 'visitor';
  });
  const gate = createGatekeeper({ flags, rules }).gateFor(request);
  gates.push(gate);

  expect(gate.explain('ROLLOUT')).toMatchObject({ source: 'rule', visitor: true });
  expect(inner).toEqual([expect.objectContaining({ source: 'default' })]);
});

test('for another user, and for no user, the visitor does not count', () => {
  const { request, visitorId } = requestOf(() => 'visitor');
  const gate = createGatekeeper({ flags, rules }).gateFor(request);

  expect(gate.ffVariant('ROLLOUT', { userId: null })).toBe('OFF');
  expect(gate.ffVariant('ROLLOUT', { userId: 'ann' })).toBe('ON');
  expect(visitorId).not.toHaveBeenCalled();
});

test('exposures have the visitor where a rule used it, and each visitor is reported once', () => {
  const received: (readonly unknown[])[] = [];
  const onEvaluate = ({ flag: name, userId, visitorId }: Exposure) => void received.push([name, userId, visitorId]);
  const keeper = createGatekeeper({ flags: { ...flags, PLAIN: flag }, rules, onEvaluate });

  for (const visitorId of ['a', 'b', 'a', undefined]) {
    const gate = keeper.gateFor({ visitorId });
    gate.ff('ROLLOUT', 'ON');
    gate.ff('PLAIN', 'ON');
  }
  keeper.gateFor({ userId: 'a', visitorId: 'b' }).ff('ROLLOUT', 'ON');

  expect(received).toEqual([
    ['ROLLOUT', undefined, 'a'],
    ['PLAIN', undefined, undefined],
    ['ROLLOUT', undefined, 'b'],
    ['ROLLOUT', undefined, undefined],
    ['ROLLOUT', 'a', undefined],
  ]);
});

test('the manifest is evaluated for the visitor', () => {
  vi.stubEnv('NODE_ENV', 'development');
  const keeper = createGatekeeper({ flags, rules });

  const { flags: listed } = manifestOf(keeper, keeper.gateFor({ visitorId: 'visitor' }));
  vi.unstubAllEnvs();

  expect(listed.find(({ name }) => name === 'ROLLOUT')).toMatchObject({ current: 'ON', source: 'rule' });
});

const VISITORS = Array.from({ length: 10_000 }, (_, at) => `${at.toString(16)}`.padStart(32, '0'));

test('on a host whose response is created later, the cookie comes with the changes of the response', () => {
  const { errors, onError } = errorLog();
  const half = { flags: { ROLLOUT: rule(split(50)), LISTED: rule(split(50)) } };
  const { adapter } = createGatekeeper({ flags, rules: half, onError });
  const visitorId = visitorCookie();
  const open = () =>
    adapter.open({
      incoming: { headers: { host: 'shop.example' }, url: '/' },
      visitorId: (visitor) => visitorId(undefined, visitor),
    });
  const [gate, silent, late] = [open(), open(), open()];

  gate.ff('ROLLOUT', 'ON');
  gate.ff('LISTED', 'ON');
  const { set, append } = adapter.responseChanges(gate);
  adapter.responseChanges(late);
  late.ff('ROLLOUT', 'ON');

  const cookies = append.filter(([name]) => name === 'set-cookie').map(([, line]) => line);
  expect(cookies).toEqual([expect.stringMatching(/^gk-visitor=[0-9a-f]{32}; /)]);
  expect(set).toContainEqual(['cache-control', 'private, no-store']);
  expect(adapter.responseChanges(silent)).toEqual({ remove: [], set: [], append: [] });
  expect(errors.map(({ code }) => code)).toEqual(['ERR_GK_VISITOR_COOKIE']);
});

test('on such a host, the response with the manifest sets the cookie', () => {
  vi.stubEnv('NODE_ENV', 'development');
  const { adapter } = createGatekeeper({ flags, rules: { flags: { ROLLOUT: rule(split(50)) } } });
  const visitorId = visitorCookie();

  const gate = adapter.open({
    incoming: { headers: { host: 'shop.example' }, url: '/' },
    visitorId: (visitor) => visitorId(undefined, visitor),
  });
  const response = adapter.manifestRoute().respond(gate) as ProtocolResponse;
  vi.unstubAllEnvs();

  expect(response.headers.append).toContainEqual(['set-cookie', expect.stringMatching(/^gk-visitor=[0-9a-f]{32}; /)]);
});

test('visitorCookie that is not called is refused when the application starts', () => {
  const keeper = createGatekeeper({ flags });

  expect(() => gatekeeper(keeper, { visitorId: visitorCookie as never })).toThrow('write visitorId: visitorCookie()');
});

/** The visitors that a rollout of `percentage` includes. */
function included(percentage: number): ReadonlySet<string> {
  const keeper = createGatekeeper({ flags, rules: { flags: { ROLLOUT: rule(split(percentage)) } } });
  return new Set(VISITORS.filter((visitorId) => keeper.gateFor({ visitorId }).ff('ROLLOUT', 'ON')));
}

test('of 10,000 visitors, a growing rollout only ever adds some, and their share is the percentage', () => {
  const percentage = fc.integer({ min: 0, max: 100 });
  fc.assert(
    fc.property(percentage, percentage, (one, other) => {
      const [small, large] = [included(Math.min(one, other)), included(Math.max(one, other))];

      expect([...small].every((id) => large.has(id))).toBe(true);
      expect(Math.abs(large.size / VISITORS.length - Math.max(one, other) / 100)).toBeLessThan(0.02);
    }),
    { numRuns: IS_DEEP ? 100 : 20 },
  );
});
