import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Permission } from '../../../../server-lib/core/overrides/permission.ts';
import {
  type Attributes,
  createGatekeeper,
  defineFlags,
  type Exposure,
  type FlagDefinitions,
  type Gate,
} from '../../../../server-lib/index.ts';
import { compileRules } from '../../../../server-lib/rules.ts';
import { readServerTiming } from '../../../../server-lib/wire/server-timing.ts';
import { errorLog } from '../../../fakes/error-log.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { manifestOf } from '../../../helpers/protocol/manifest-of.ts';
import { expectValidManifest } from '../../../helpers/protocol/manifest-schema.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const ON_OFF = { variants: ['ON', 'OFF'], default: 'OFF' } as const;
const LAUNCH = '2027-01-01T00:00:00Z';
const BEFORE = '2026-12-31T23:59:59Z';

const flags = defineFlags({
  LISTED: { ...ON_OFF, users: { ON: [42] } },
  COUNTRY: ON_OFF,
  SCHEDULED: ON_OFF,
  SPLIT: { variants: ['A', 'B', 'C', 'D'], default: 'A' },
  SEATS: { ...ON_OFF, decide: ({ attributes }) => (Number(attributes.seats) > 100 ? 'ON' : undefined) },
  BETA: { ...ON_OFF, decide: ({ attributes }) => (attributes.beta === true ? 'ON' : undefined) },
  PLAN: { ...ON_OFF, decide: ({ attributes }) => (attributes.plan === 'pro' ? 'ON' : undefined) },
  LAUNCHED: { ...ON_OFF, decide: ({ now }) => (now >= new Date(LAUNCH) ? 'ON' : undefined) },
  PLAIN: ON_OFF,
});

const names = (variants: readonly string[]) => Object.fromEntries(variants.map((name) => [name, name]));
const rule = (variants: readonly string[], targeting: object) => ({
  state: 'ENABLED',
  variants: names(variants),
  defaultVariant: null,
  targeting,
});
const rules = {
  flags: {
    COUNTRY: rule(['ON', 'OFF'], { if: [{ '==': [{ var: 'country' }, 'NL'] }, 'ON', null] }),
    SCHEDULED: rule(['ON', 'OFF'], {
      if: [{ '>=': [{ var: '$flagd.timestamp' }, Date.parse(LAUNCH) / 1_000] }, 'ON', null],
    }),
    SPLIT: rule(['A', 'B', 'C', 'D'], {
      fractional: [
        ['A', 1],
        ['B', 1],
        ['C', 1],
        ['D', 1],
      ],
    }),
  },
};
const simulate = {
  userId: true,
  time: true,
  attributes: { country: ['DE', 'NL'], seats: { min: 1, max: 500 }, beta: 'boolean' },
} as const;

const keeper = createGatekeeper({ flags, rules, simulate });

type Entries = Readonly<Record<string, string>>;
const gateWith = (entries: Entries, request: object = {}) =>
  keeper.gateFor({
    userId: 7,
    attributes: { plan: 'pro' },
    ...request,
    cookie: overrideCookie(entries),
    mayOverride: true,
  });

describe('a simulated context', () => {
  test.each([
    // entries                     flag         variant  source   simulated
    [{ '@user': '42' }, 'LISTED', 'ON', 'user', true],
    [{ '@user': '8' }, 'LISTED', 'OFF', 'default', true],
    [{ '@country': 'NL' }, 'COUNTRY', 'ON', 'rule', true],
    [{ '@country': 'DE' }, 'COUNTRY', 'OFF', 'default', true],
    [{ '@time': LAUNCH }, 'SCHEDULED', 'ON', 'rule', true],
    [{ '@time': BEFORE }, 'SCHEDULED', 'OFF', 'default', true],
    [{ '@time': LAUNCH }, 'LAUNCHED', 'ON', 'code', true],
    [{ '@time': BEFORE }, 'LAUNCHED', 'OFF', 'default', true],
    [{ '@time': BEFORE.replace('Z', '.999Z') }, 'SCHEDULED', 'OFF', 'default', true], // rules count whole seconds
    [{ '@seats': '101' }, 'SEATS', 'ON', 'code', true],
    [{ '@seats': '100' }, 'SEATS', 'OFF', 'default', true],
    [{ '@beta': 'true' }, 'BETA', 'ON', 'code', true],
    [{ '@beta': 'false' }, 'BETA', 'OFF', 'default', true],
    [{ '@country': 'NL' }, 'PLAN', 'ON', 'code', undefined],
    [{ '@country': 'NL' }, 'LISTED', 'OFF', 'default', undefined],
    [{ '@user': '42' }, 'PLAIN', 'OFF', 'default', undefined],
    [{ '@user': '42', LISTED: 'OFF' }, 'LISTED', 'OFF', 'override', undefined],
  ] as const)('%j gives %s the variant %s by %s', (entries, flag, variant, source, simulated) => {
    expect(gateWith(entries).explain(flag)).toMatchObject({ variant, source });
    expect(gateWith(entries).explain(flag).simulated).toBe(simulated);
    expect(gateWith(entries).ff(flag, variant)).toBe(true);
  });

  test('buckets a rollout by the simulated user', () => {
    const document = compileRules(rules);

    for (const user of ['1', 'u_42', 'zoë', 'Łukasz']) {
      const { variant } = document.evaluate('SPLIT', { targetingKey: user });
      expect(gateWith({ '@user': user }).explain('SPLIT')).toMatchObject({ variant, reason: 'SPLIT', simulated: true });
    }
  });

  test('is seen by the first flag that a request evaluates, through each method', () => {
    const entries = { '@country': 'NL' };

    expect(gateWith(entries).ff('COUNTRY', 'ON')).toBe(true);
    expect(gateWith(entries).ffVariant('COUNTRY')).toBe('ON');
    expect(gateWith(entries).ffValue('COUNTRY')).toBe('ON');
    expect(gateWith(entries).explain('COUNTRY').variant).toBe('ON');
    expect(gateWith(entries).ffVariant('COUNTRY', { userId: 9 })).toBe('ON');
  });

  test('does not replace a user that the application names, but its attributes', () => {
    const gate = gateWith({ '@user': '42', '@country': 'NL' });

    expect(gate.ffVariant('LISTED', { userId: 7 })).toBe('OFF');
    expect(gate.ffVariant('COUNTRY', { userId: 7 })).toBe('ON');
    expect(gate.ffVariant('LISTED')).toBe('ON');
  });

  test('is suspended while withoutOverrides runs', () => {
    const gate = gateWith({ '@user': '42', '@country': 'NL', '@time': LAUNCH });
    const variants = () => [gate.ffVariant('LISTED'), gate.ffVariant('COUNTRY'), gate.ffVariant('LAUNCHED')];

    expect(gate.withoutOverrides(variants)).toEqual(['OFF', 'OFF', 'OFF']);
    expect(variants()).toEqual(['ON', 'ON', 'ON']);
    expect(gate.withoutOverrides(variants)).toEqual(['OFF', 'OFF', 'OFF']);
  });

  test('cannot permit itself: the policy does not see it', () => {
    vi.stubEnv('NODE_ENV', 'production'); // in development, the policy is not called
    const seen: string[] = [];
    const policy = (): boolean => {
      seen.push(gate.ffVariant('COUNTRY'));
      return gate.ff('COUNTRY', 'ON');
    };
    const closed = createGatekeeper({ flags, rules, simulate, allowOverrides: policy });
    const incoming = { headers: { cookie: overrideCookie({ '@country': 'NL' }) } } as never;
    const gate: Gate<typeof flags> = closed.adapter.open({ incoming });

    expect(gate.ffVariant('COUNTRY')).toBe('OFF');
    expect(seen).toEqual(['OFF']);
  });

  test('makes the response private like an override, and marks its evaluations in Server-Timing and in the page', () => {
    const incoming = { headers: { cookie: overrideCookie({ '@country': 'NL' }) } } as never;
    const open = createGatekeeper({ flags, rules, simulate, allowOverrides: () => true });
    const gate = open.adapter.open({ incoming });
    gate.ff('COUNTRY', 'ON');
    gate.ff('PLAIN', 'ON');

    const { set, append } = open.adapter.responseChanges(gate, { headers: [] });

    const timing = append.find(([name]) => name === 'server-timing')?.[1];
    expect(gate.isOverridden()).toBe(true);
    expect(set).toContainEqual(['cache-control', 'private, no-store']);
    expect(timing).toBe('gk.COUNTRY;desc="ON rule simulated", gk.PLAIN;desc="OFF default"');
    expect(gate.usedScript()).toContain('{"COUNTRY":"ON rule simulated","PLAIN":"OFF default"}');
    expect(readServerTiming(timing).flags).toEqual([
      { flag: 'COUNTRY', variant: 'ON', source: 'rule', simulated: true },
      { flag: 'PLAIN', variant: 'OFF', source: 'default' },
    ]);
  });

  test('changes nothing without permission', () => {
    const request = { userId: 7, attributes: { plan: 'pro' }, mayOverride: false };
    const cookie = overrideCookie({ '@user': '42', '@country': 'NL', '@seats': '500', '@time': LAUNCH });
    const [denied, without] = [keeper.gateFor({ ...request, cookie }), keeper.gateFor(request)];

    for (const flag of ['LISTED', 'COUNTRY', 'SEATS', 'SCHEDULED', 'SPLIT', 'LAUNCHED'] as const) {
      expect(denied.explain(flag)).toEqual(without.explain(flag));
    }
    expect(denied.isOverridden()).toBe(false);
    expect(keeper.adapter.responseChanges(denied, { headers: [] })).toEqual(
      keeper.adapter.responseChanges(without, { headers: [] }),
    );
  });

  test('is out of scope for a permission that covers some flags', () => {
    const cookie = overrideCookie({ '@country': 'NL', '@plan': 'pro', COUNTRY: 'OFF', LISTED: 'ON' });
    const gate = keeper.gateFor({ cookie, userId: 7, mayOverride: new Permission(new Set(['LISTED'])) });

    const { context, overrides } = manifestOf(keeper, gate);

    expect(context).toBeUndefined();
    expect(overrides.applied).toEqual(['LISTED']);
    expect(overrides.ignored).toEqual([
      { flag: '@plan', variant: 'pro', code: 'unknown-attribute' },
      { flag: 'COUNTRY', variant: 'OFF', code: 'out-of-scope' },
      { flag: '@country', variant: 'NL', code: 'out-of-scope' },
    ]);
    expect(gate.explain('COUNTRY').simulated).toBeUndefined();
  });

  test('stays in the cookie when the server changes an override', () => {
    const lines: string[] = [];
    const gate = gateWith({ '@country': 'NL', '@gone': 'x' }, { setCookie: (line: string) => lines.push(line) });

    expect(gate.setBrowserOverrideVariant('PLAIN', 'ON')).toBe(true);
    expect(gate.setBrowserOverrideVariant('PLAIN', '')).toBe(true);

    const values = lines.map((line) => JSON.parse(decodeURIComponent(line.split(';')[0]?.split('=')[1] ?? '')));
    expect(values).toEqual([
      { '@country': 'NL', '@gone': 'x', PLAIN: 'ON' },
      { '@country': 'NL', '@gone': 'x' },
    ]);
    expect(gate.browserOverrides()).toEqual({});
  });
});

describe('what is simulated', () => {
  test('is marked through the flags that decide evaluates, also an evaluation of earlier', () => {
    const nestedFlags: FlagDefinitions = {
      INNER: { ...ON_OFF, decide: ({ attributes }) => (attributes.country === 'NL' ? 'ON' : 'OFF') },
      OTHER: ON_OFF,
      OUTER: { ...ON_OFF, decide: () => (gate.ff('INNER', 'ON') ? 'ON' : 'OFF') },
      ALONE: { ...ON_OFF, decide: () => (gate.ff('OTHER', 'ON') ? 'ON' : 'OFF') },
      FOR_ANOTHER: { ...ON_OFF, decide: () => gate.ffVariant('INNER', { userId: 9 }) },
    };
    const nested = createGatekeeper({ flags: nestedFlags, simulate });
    const open = () => nested.gateFor({ cookie: overrideCookie({ '@country': 'NL' }), mayOverride: true });
    let gate: Gate<FlagDefinitions> = open();

    expect(gate.explain('OUTER')).toMatchObject({ variant: 'ON', simulated: true });
    expect(gate.explain('FOR_ANOTHER')).toMatchObject({ variant: 'ON', simulated: true });
    expect(gate.explain('ALONE')?.simulated).toBeUndefined();
    gate = open();
    gate.ff('INNER', 'ON');
    expect(gate.explain('OUTER')?.simulated).toBe(true);
    expect(gate.explain('ALONE')?.simulated).toBeUndefined();
  });

  test('is marked if decide reads it before it evaluates a flag that does not', () => {
    const mixedFlags: FlagDefinitions = {
      OTHER: ON_OFF,
      MIXED: { ...ON_OFF, decide: ({ attributes }) => (attributes.country === 'NL' ? gate.ffVariant('OTHER') : 'ON') },
    };
    const mixed = createGatekeeper({ flags: mixedFlags, simulate });
    const gate: Gate<FlagDefinitions> = mixed.gateFor({
      cookie: overrideCookie({ '@country': 'NL' }),
      mayOverride: true,
    });

    expect(gate.explain('MIXED')).toMatchObject({ variant: 'OFF', simulated: true });
    expect(gate.explain('OTHER')?.simulated).toBeUndefined();
  });

  test('does not change the visitor, whose id is read once', () => {
    const visitorId = vi.fn(() => 'v_1');
    const own = keeper.gateFor({ visitorId: 'v_1' }).explain('SPLIT');
    const gate = gateWith({ '@country': 'NL' }, { userId: undefined, visitorId });

    expect(gate.explain('SPLIT')).toEqual(own);
    expect(gate.withoutOverrides(() => gate.ffVariant('SPLIT'))).toBe(own.variant);
    expect(visitorId).toHaveBeenCalledTimes(1);
  });

  test('does not change the visitor in the exposures', () => {
    const exposureOf = (entries: Entries): Exposure | undefined => {
      const exposures: Exposure[] = [];
      const logging = createGatekeeper({ flags, rules, simulate, onEvaluate: (exposure) => exposures.push(exposure) });
      logging.gateFor({ visitorId: 'v_1', cookie: overrideCookie(entries), mayOverride: true }).ffVariant('SPLIT');
      return exposures[0];
    };

    const exposure = exposureOf({ '@country': 'NL' });

    expect(JSON.stringify(exposure)).toContain('"v_1"');
    expect({ ...exposure, time: undefined }).toEqual({ ...exposureOf({}), time: undefined });
  });

  test('has its errors reported once, also where it is suspended', () => {
    const log = errorLog();
    const decide = (): never => {
      throw new Error('no');
    };
    const broken = createGatekeeper({ flags: { BROKEN: { ...ON_OFF, decide } }, simulate, ...log });
    const gate = broken.gateFor({ cookie: overrideCookie({ '@country': 'NL' }), mayOverride: true });

    gate.ff('BROKEN', 'ON');
    gate.withoutOverrides(() => gate.ff('BROKEN', 'ON'));

    expect(log.codes).toEqual(['ERR_GK_DECIDE_THREW']);
  });

  test('has a flag evaluated once for each user that the application names', () => {
    const decide = vi.fn(({ userId }: { readonly userId?: unknown }): 'ON' | 'OFF' => (userId === 9 ? 'ON' : 'OFF'));
    const counting = createGatekeeper({ flags: { COUNTED: { ...ON_OFF, decide } }, simulate });
    const gate = counting.gateFor({ cookie: overrideCookie({ '@country': 'NL' }), mayOverride: true });

    expect([9, 9, 8].map((userId) => gate.ffVariant('COUNTED', { userId }))).toEqual(['ON', 'ON', 'OFF']);
    expect(decide).toHaveBeenCalledTimes(2);
  });

  test.each(['LISTED', 'PLAIN'] as const)('makes no user of an id that is none, which is reported for %s', (flag) => {
    const log = errorLog();
    const named = createGatekeeper({ flags, simulate, ...log });
    const gate = named.gateFor({ cookie: overrideCookie({ '@country': 'NL', '@user': '42' }), mayOverride: true });

    expect(gate.ffVariant(flag, { userId: {} as never })).toBe('OFF');
    expect(log.codes).toEqual(['ERR_GK_USER_ID']);
  });

  test('makes no recursion of a flag that the application’s attributes evaluate', () => {
    const log = errorLog();
    const reading = createGatekeeper({ flags, simulate, ...log });
    const variants = (entries: Entries) => {
      const gate: Gate<typeof flags> = reading.gateFor({
        cookie: overrideCookie(entries),
        get attributes(): Attributes {
          return { plan: gate.ff('PLAN', 'ON') ? 'free' : 'pro' };
        },
        mayOverride: true,
      });
      return [gate.ffVariant('PLAN'), gate.ffVariant('SEATS')];
    };

    expect(variants({ '@country': 'NL', '@seats': '500' })).toEqual(['ON', 'ON']);
    expect(variants({})).toEqual(['ON', 'OFF']);
    expect(log.codes).toEqual([]);
  });

  test.each([
    // entries            the same object as the application's
    [{ '@user': '42' }, true],
    [{ '@country': 'NL' }, false],
  ])(
    '%j gives decide one object of attributes, with what they inherit; the application’s own: %j',
    (entries, isOwn) => {
      const seen: Attributes[] = [];
      const decide = ({ attributes }: { readonly attributes: Attributes }): undefined => void seen.push(attributes);
      const spying = createGatekeeper({
        flags: { FIRST: { ...ON_OFF, decide }, SECOND: { ...ON_OFF, decide } },
        simulate,
      });
      const attributes: Attributes = Object.create({ plan: 'pro' });
      const gate = spying.gateFor({ attributes, cookie: overrideCookie(entries), mayOverride: true });

      gate.ff('FIRST', 'ON');
      gate.ff('SECOND', 'ON');

      expect(seen[0] === attributes).toBe(isOwn);
      expect(seen[1]).toBe(seen[0]);
      expect(seen[0]?.plan).toBe('pro');
    },
  );

  test('is only what decide and rules read of it', () => {
    const seen: object[] = [];
    const spying = createGatekeeper({
      flags: defineFlags({
        SPY: {
          ...ON_OFF,
          decide: (context): 'ON' => {
            seen.push({ ...context, attributes: { ...context.attributes } });
            return 'ON';
          },
        },
      }),
      simulate,
    });
    const session = { user: 7 };

    const entries = { '@user': '42', '@country': 'NL', '@seats': '7', '@beta': 'false', '@time': LAUNCH };
    const request = { userId: 7, attributes: { plan: 'pro', country: 'FR' }, session, request: 'r', app: 'a' } as never;
    spying.gateFor({ ...(request as object), cookie: overrideCookie(entries), mayOverride: true }).ff('SPY', 'ON');

    expect(seen).toEqual([
      {
        userId: '42',
        attributes: { plan: 'pro', country: 'NL', seats: 7, beta: false },
        now: new Date(LAUNCH),
        session,
        request: 'r',
        app: 'a',
      },
    ]);
  });

  test('leaves the application’s attributes as they are', () => {
    const attributes = Object.freeze({ country: 'FR', plan: 'pro' });
    const gate = gateWith({ '@country': 'NL' }, { attributes });

    expect(gate.ffVariant('COUNTRY')).toBe('ON');
    expect(attributes).toEqual({ country: 'FR', plan: 'pro' });
  });

  test('fails no flag that does not need what cannot be read', () => {
    const log = errorLog();
    const failing = createGatekeeper({ flags, rules, simulate, ...log });
    const gate = failing.gateFor({
      cookie: overrideCookie({ '@user': '42', '@time': LAUNCH }),
      get userId(): number {
        throw new Error('the session is gone');
      },
      get attributes(): Attributes {
        throw new Error('the session is gone');
      },
      mayOverride: true,
    });

    expect(gate.explain('LISTED')).toMatchObject({ variant: 'ON', source: 'user', simulated: true });
    expect(gate.explain('LAUNCHED')).toMatchObject({ variant: 'ON', source: 'code' });
    expect(gate.explain('PLAN')).toMatchObject({ variant: 'OFF', source: 'error' });
    expect(manifestOf(failing, gate).context).toMatchObject({ user: { simulated: '42' } });
    expect(new Set(log.codes)).toEqual(new Set(['ERR_GK_ATTRIBUTES']));
  });

  test('is in the manifest, with the request’s own values', () => {
    const entries = { '@user': '42', '@country': 'NL', '@time': LAUNCH, PLAIN: 'ON' };
    const gate = gateWith(entries, { attributes: { country: 'FR', seats: 7, beta: 'no' } });

    const manifest = manifestOf(keeper, gate);

    expectValidManifest(JSON.parse(JSON.stringify(manifest)));
    expect(manifest.context).toEqual({
      attributes: [
        { name: 'country', type: 'string', values: ['DE', 'NL'], current: 'FR', simulated: 'NL' },
        { name: 'seats', type: 'number', min: 1, max: 500, current: 7 },
        { name: 'beta', type: 'boolean' },
      ],
      user: { current: '7', simulated: '42' },
      time: { simulated: LAUNCH },
    });
    const marked = manifest.flags.filter((flag) => flag.simulated).map(({ name }) => name);
    expect(marked.sort()).toEqual(['COUNTRY', 'LAUNCHED', 'LISTED', 'SCHEDULED', 'SPLIT']);
    expect(manifest.overrides.applied).toEqual(['PLAIN']);
  });

  test.each([
    [{ userId: true }, { user: {} }],
    [{ time: true }, { time: {} }],
    [{ attributes: { beta: 'boolean' } }, { attributes: [{ name: 'beta', type: 'boolean' }] }],
    [{ userId: false, attributes: {} }, undefined],
    [{}, undefined],
  ] as const)('%j is declared in the manifest as %j', (declared, context) => {
    const site = createGatekeeper({ flags, simulate: declared });

    expect(manifestOf(site, site.gateFor({ mayOverride: true })).context).toEqual(context);
  });
});

test('exposures leave simulated evaluations out, and have the request’s own user', () => {
  const exposures: Exposure[] = [];
  const experiment = createGatekeeper({
    flags,
    rules,
    simulate,
    exposures: { overrides: true },
    onEvaluate: (exposure) => exposures.push(exposure),
  });
  const cookie = overrideCookie({ '@user': '42', '@country': 'NL', LAUNCHED: 'ON' });
  const gate = experiment.gateFor({ userId: 7, attributes: { plan: 'pro' }, cookie, mayOverride: true });

  for (const flag of ['LISTED', 'COUNTRY', 'SPLIT', 'PLAN', 'PLAIN', 'LAUNCHED'] as const) gate.ffVariant(flag);

  expect(exposures.map(({ flag, userId, source }) => [flag, userId, source])).toEqual([
    ['PLAN', '7', 'code'],
    ['PLAIN', '7', 'default'],
    ['LAUNCHED', '7', 'override'],
  ]);
});

test('no cookie makes an evaluation fail, and only permitted requests see one', () => {
  const key = fc.oneof(
    fc.constantFrom('@user', '@time', '@country', '@seats', '@beta', '@plan', '@', ...Object.keys(flags)),
    fc.string().map((text) => `@${text}`),
  );
  const value = fc.oneof(
    fc.constantFrom<unknown>('42', 'NL', 'DE', '7', 'true', LAUNCH, 'ON', 'OFF', '2027-02-30T00:00:00Z'),
    fc.jsonValue({ maxDepth: 1 }),
  );
  const own = keeper.gateFor({ userId: 7, mayOverride: false });

  fc.assert(
    fc.property(fc.dictionary(key, value), fc.boolean(), (entries, mayOverride) => {
      const gate = keeper.gateFor({ userId: 7, cookie: overrideCookie(entries), mayOverride });
      const evaluations = Object.keys(flags).map((flag) => gate.explain(flag as keyof typeof flags));

      expect(evaluations.filter(({ source }) => source === 'error')).toEqual([]);
      if (mayOverride) return;
      expect(evaluations).toEqual(Object.keys(flags).map((flag) => own.explain(flag as keyof typeof flags)));
    }),
  );
});

test('every manifest is valid by the schema, whatever is simulated', () => {
  const text = fc.oneof(
    fc.constantFrom('42', 'NL', '7', 'true', LAUNCH),
    fc.string({ unit: 'binary', maxLength: 140 }),
  );
  const entries = fc.dictionary(fc.constantFrom('@user', '@time', '@country', '@seats', '@beta', '@x'), text);

  fc.assert(
    fc.property(entries, (sent) => {
      const cookie = overrideCookie(sent);
      const manifest = manifestOf(keeper, keeper.gateFor({ cookie, mayOverride: true }));

      expectValidManifest(JSON.parse(JSON.stringify(manifest)));
    }),
  );
});
