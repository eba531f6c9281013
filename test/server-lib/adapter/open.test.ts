import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createGatekeeper, defineFlags, type IncomingRequest, type RequestFacts } from '../../../server-lib/index.ts';
import { errorLog } from '../../fakes/error-log.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';

const flags = defineFlags({
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT', users: { FUZZY: ['ann'] } },
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  SECRET: { variants: ['ON', 'OFF'], default: 'OFF', hidden: true },
});
const COOKIE = overrideCookie({ SEARCH: 'FUZZY', SECRET: 'ON' });
const NO_CHANGES = { remove: [], set: [], append: [] };
const PRIVATE = [['cache-control', 'private, no-store']];

type Headers = Readonly<Record<string, string>>;
const KINDS: readonly { readonly kind: string; readonly incomingOf: (headers: Headers) => IncomingRequest }[] = [
  { kind: 'node:http', incomingOf: (headers) => ({ method: 'GET', url: '/', headers, httpVersion: '1.1' }) },
  { kind: 'fetch', incomingOf: (headers) => new Request('https://app.example.com/', { headers }) },
];

beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'production');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

describe.each(KINDS)('for a request of $kind', ({ incomingOf }) => {
  function keeperFor(user: string | undefined) {
    const policy: unknown[] = [];
    const keeper = createGatekeeper({
      flags,
      onError: () => {},
      allowOverrides: (request) => {
        policy.push(request);
        return (request as unknown) === user;
      },
    });
    return { policy, keeper, open: (facts: RequestFacts) => keeper.adapter.open(facts) };
  }
  const ANN: unknown = 'the request of ann';
  const facts = (headers: Headers): RequestFacts => ({ incoming: incomingOf(headers), request: ANN as never });

  test('a request that may override gets its override, and the response is private and names its flags', () => {
    const { keeper, policy, open } = keeperFor(ANN as string);
    const gate = open(facts({ cookie: COOKIE }));

    expect([gate.ffVariant('SEARCH'), gate.ffVariant('SECRET'), gate.ffVariant('CHECKOUT')]).toEqual([
      'FUZZY',
      'ON',
      'CLASSIC',
    ]);
    const { remove, set, append } = keeper.adapter.responseChanges(gate);
    expect(remove).toContain('etag');
    expect(set).toEqual(PRIVATE);
    expect(append).toEqual([
      ['vary', 'Cookie'],
      ['server-timing', 'gk.SEARCH;desc="FUZZY override", gk.CHECKOUT;desc="CLASSIC default"'],
    ]);
    expect(policy).toEqual([ANN]);
  });

  test.each([
    { who: 'without a cookie', headers: {}, user: ANN, policy: [] },
    { who: 'with another cookie', headers: { cookie: 'session=gatekeeper' }, user: ANN, policy: [] },
    { who: 'that may not override', headers: { cookie: COOKIE }, user: 'another', policy: [ANN] },
  ])('the response to a request $who does not change and names no flag', ({ headers, user, policy }) => {
    const site = keeperFor(user as string);
    const gate = site.open(facts(headers));

    expect(gate.ffVariant('SEARCH')).toBe('EXACT');

    expect(site.keeper.adapter.responseChanges(gate)).toEqual(NO_CHANGES);
    expect(site.keeper.adapter.visibleEvaluations(gate)).toEqual([]);
    expect(site.policy).toEqual(policy);
  });

  test('the response to a request that evaluates no flag does not change', () => {
    const { keeper, policy, open } = keeperFor(ANN as string);
    const gate = open(facts({ cookie: COOKIE }));

    expect(keeper.adapter.responseChanges(gate)).toEqual(NO_CHANGES);
    expect(policy).toEqual([]);
  });

  test('an empty override cookie names the flags, and one that overrides a hidden flag only makes the response private', () => {
    const { keeper, open } = keeperFor(ANN as string);
    const [watching, hidden] = [overrideCookie({}), overrideCookie({ SECRET: 'ON' })].map((cookie, at) => {
      const gate = open(facts({ cookie }));
      gate.ffVariant(at === 0 ? 'CHECKOUT' : 'SECRET');
      return keeper.adapter.responseChanges(gate);
    });

    expect(watching?.append).toContainEqual(['server-timing', 'gk.CHECKOUT;desc="CLASSIC default"']);
    expect(watching?.set).toEqual(PRIVATE);
    expect(hidden?.set).toEqual(PRIVATE);
    expect(hidden?.append).toEqual([['vary', 'Cookie']]);
  });

  test('in development every request may override and names its flags, without the policy', () => {
    vi.stubEnv('NODE_ENV', 'development');
    const { keeper, policy, open } = keeperFor(undefined);
    const gate = open(facts({}));

    expect([gate.mayOverride(), gate.ffVariant('SECRET'), gate.ffVariant('CHECKOUT')]).toEqual([
      true,
      'OFF',
      'CLASSIC',
    ]);
    expect(keeper.adapter.responseChanges(gate).append).toContainEqual([
      'server-timing',
      'gk.CHECKOUT;desc="CLASSIC default"',
    ]);
    expect(policy).toEqual([]);
  });

  test.each([
    { what: 'without a cookie', nodeEnv: 'production', headers: {}, may: false },
    { what: 'with another cookie', nodeEnv: 'production', headers: { cookie: 'a=gatekeeper' }, may: false },
    { what: 'with the override cookie', nodeEnv: 'production', headers: { cookie: 'gatekeeper=%7B' }, may: true },
    { what: 'without a cookie', nodeEnv: 'development', headers: {}, may: true },
  ])('in $nodeEnv the response to a request $what may change: $may', ({ nodeEnv, headers, may }) => {
    vi.stubEnv('NODE_ENV', nodeEnv);
    const { keeper, open } = keeperFor(ANN as string);

    expect(keeper.adapter.mayChangeResponse(open(facts(headers)))).toBe(may);
  });

  test('a host without a response gets the cookie of an override with the changes, and none afterwards', () => {
    const log = errorLog();
    const keeper = createGatekeeper({ flags, allowOverrides: () => true, ...log });
    const gate = keeper.adapter.open(facts({ cookie: overrideCookie({ CHECKOUT: 'ONE_PAGE' }) }));

    expect(gate.setBrowserOverrideVariant('SEARCH', 'FUZZY')).toBe(true);
    const headers = [
      ['set-cookie', 'session=1'],
      ['set-cookie', 'gatekeeper=old; Path=/'],
    ] as const;
    const { remove, set, append } = keeper.adapter.responseChanges(gate, { headers });

    expect([remove, set]).toEqual([['set-cookie'], PRIVATE]);
    const line = expect.stringContaining(overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' }));
    expect(append).toEqual([
      ['vary', 'Cookie'],
      ['set-cookie', 'session=1'],
      ['set-cookie', line],
    ]);
    expect(gate.setBrowserOverrideVariant('CHECKOUT', '')).toBe(false);
    expect(log.errors.at(-1)?.message).toContain('the response has started');
  });

  test('two keepers of a request build on each other’s cookie', () => {
    const [shop, blog] = ['SEARCH', 'LAYOUT'].map((name) =>
      createGatekeeper({
        flags: { [name]: { variants: ['A', 'B'], default: 'A' } } as never,
        allowOverrides: () => true,
      }),
    );
    const incoming = incomingOf({});
    const first = shop?.adapter.open({ incoming });
    const second = blog?.adapter.open({ incoming, previousGate: first });

    expect(first?.setBrowserOverrideVariant('SEARCH' as never, 'B' as never)).toBe(true);
    expect(second?.setBrowserOverrideVariant('LAYOUT' as never, 'B' as never)).toBe(true);

    const lines = [shop?.adapter.responseChanges(first as never), blog?.adapter.responseChanges(second as never)].map(
      (changes) => changes?.append.find(([name]) => name === 'set-cookie')?.[1],
    );
    const both = expect.stringContaining(overrideCookie({ LAYOUT: 'B', SEARCH: 'B' }));
    expect(lines).toEqual([both, both]);
  });
});

test('each fact is read when a flag first needs it', () => {
  const read: string[] = [];
  const spy = <Value>(name: string, value: Value): Value => {
    read.push(name);
    return value;
  };
  const decide = (({ session }: { readonly session: unknown }) => (session === 'late' ? 'ON' : undefined)) as never;
  const keeper = createGatekeeper({ flags: { ...flags, LATE: { variants: ['ON', 'OFF'], default: 'OFF', decide } } });
  const gate = keeper.adapter.open({
    incoming: { headers: {} },
    get userId() {
      return spy('userId', 'ann');
    },
    get session() {
      return spy('session', 'late' as never);
    },
  });

  expect(read).toEqual([]);
  expect([gate.ffVariant('SEARCH'), read.splice(0)]).toEqual(['FUZZY', ['userId']]);
  expect([gate.ffVariant('LATE'), read.splice(0)]).toEqual(['ON', ['session']]);
});

test('an override of one keeper’s flag does not permit overrides in the other', () => {
  const staff = defineFlags({ STAFF: { variants: ['YES', 'NO'], default: 'NO' } });
  const staffKeeper = createGatekeeper({ flags: staff, allowOverrides: () => true });
  const incoming = { headers: { cookie: overrideCookie({ STAFF: 'YES', SEARCH: 'FUZZY' }) } };
  let isStaff = false;
  const keeper = createGatekeeper({ flags, allowOverrides: () => isStaff });
  const gate = keeper.adapter.open({ incoming });
  const staffGate = staffKeeper.adapter.open({ incoming, previousGate: gate });
  const asking = createGatekeeper({ flags, allowOverrides: () => staffGate.ff('STAFF', 'YES') });
  const askingGate = asking.adapter.open({ incoming, previousGate: staffGate });

  isStaff = staffGate.ff('STAFF', 'YES');
  expect([isStaff, gate.ffVariant('SEARCH'), askingGate.ffVariant('SEARCH')]).toEqual([true, 'FUZZY', 'EXACT']);
  expect([keeper.adapter.gateOf(askingGate), staffKeeper.adapter.gateOf(askingGate)]).toEqual([gate, staffGate]);
  expect([keeper.adapter.gateOf(undefined), createGatekeeper({ flags }).adapter.gateOf(gate)]).toEqual([
    undefined,
    undefined,
  ]);
});

test('a fetch request is not from the developer’s own machine, even with Host localhost and without NODE_ENV', () => {
  vi.stubEnv('NODE_ENV', undefined);
  const { adapter } = createGatekeeper({ flags, onError: () => {} });
  const request = new Request('http://localhost:3000/', { headers: { Host: 'localhost:3000' } });

  expect([adapter.isDevelopment(request), adapter.permissionOf(request)]).toEqual([false, false]);
  expect(adapter.open({ incoming: request }).mayOverride()).toBe(false);
});

test('the host is told once that the response changes, at the first flag', () => {
  const calls: boolean[] = [];
  const keeper = createGatekeeper({ flags, allowOverrides: () => true });
  const gate = keeper.adapter.open({
    incoming: { headers: { cookie: COOKIE } },
    onResponseChange: () => calls.push(gate.isOverridden()),
  });

  expect(calls).toEqual([]);
  gate.ffVariant('CHECKOUT');
  gate.ffVariant('SEARCH');
  expect(calls).toEqual([true]);
});

test('a gate of gateFor with mayOverride: false names no flag, even in development', () => {
  vi.stubEnv('NODE_ENV', 'development');
  const keeper = createGatekeeper({ flags });
  const gate = keeper.gateFor({ mayOverride: false, cookie: COOKIE });
  gate.ffVariant('CHECKOUT');

  expect(keeper.adapter.visibleEvaluations(gate)).toEqual([]);
  expect(keeper.adapter.responseChanges(gate)).toEqual(NO_CHANGES);
});
