import { expect, test, vi } from 'vitest';
import { createGatekeeper, defineFlags, type FlagDefinition } from '../../../server-lib/index.ts';
import { errorLog } from '../../fakes/error-log.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { manifestOf } from '../../helpers/protocol/manifest-of.ts';

const SEARCH = { variants: ['EXACT', 'FUZZY', 'OFF'], default: 'OFF' } satisfies FlagDefinition;
const RULE = { state: 'ENABLED', variants: { EXACT: 1, FUZZY: 2 }, defaultVariant: 'EXACT' } as const;
const FROM_GERMANY = { if: [{ '==': [{ var: 'country' }, 'de'] }, 'FUZZY'] };

test.each([
  // rule                                                           variant  source     reason
  [{ ...RULE }, 'EXACT', 'rule', 'STATIC'],
  [{ ...RULE, targeting: FROM_GERMANY }, 'FUZZY', 'rule', 'TARGETING_MATCH'],
  [{ ...RULE, targeting: { if: [false, 'FUZZY'] } }, 'EXACT', 'rule', 'DEFAULT'],
  [{ ...RULE, targeting: { fractional: [['FUZZY', 1]] } }, 'FUZZY', 'rule', 'SPLIT'],
  [{ ...RULE, state: 'DISABLED' }, 'OFF', 'rule', 'DISABLED'],
  [{ ...RULE, state: 'DISABLED', variants: { GONE: 1 }, defaultVariant: 'GONE' }, 'OFF', 'rule', 'DISABLED'],
  [{ ...RULE, state: 'DISABLED', targeting: { no_such_operator: [] } }, 'OFF', 'rule', 'DISABLED'],
  [{ ...RULE, defaultVariant: null }, 'FUZZY', 'code', 'TARGETING_MATCH'],
  [{ ...RULE, defaultVariant: null, targeting: { if: [false, 'EXACT'] } }, 'FUZZY', 'code', 'TARGETING_MATCH'],
  [{ ...RULE, targeting: { no_such_operator: [] } }, 'FUZZY', 'code', 'TARGETING_MATCH'],
  [{ ...RULE, variants: { EXACT: 1, GONE: 2 } }, 'FUZZY', 'code', 'TARGETING_MATCH'],
  [{ ...RULE, targeting: { var: 'country' } }, 'OFF', 'error', 'ERROR'],
  [{ ...RULE, targeting: { if: [{ '<': [{ var: 'country' }, 1] }, 'EXACT'] } }, 'OFF', 'error', 'ERROR'],
])('the rule %j gives %s, source %s, reason %s', (rule, variant, source, reason) => {
  const rules = { flags: { SEARCH: rule } };
  const flags = { SEARCH: { ...SEARCH, decide: () => 'FUZZY' as const } };
  const keeper = createGatekeeper({ flags, rules, onError: () => {} });

  const gate = keeper.gateFor({ userId: 7, attributes: { country: 'de' } });

  expect(gate.explain('SEARCH')).toMatchObject({ variant, source, reason });
});

test.each([
  // the first entry of the split
  [['FUZZY', { '-': [{ var: '$flagd.timestamp' }, 1_799_999_950] }]],
  [['FUZZY', { var: 'seats' }]],
  [{ merge: [['FUZZY'], [1]] }],
  [{ if: [{ var: 'seats' }, ['FUZZY', 1]] }],
])(
  'a split by user whose first entry is computed, %j, is read for the user of the request, and for a visitor',
  (first) => {
    const targeting = { fractional: [first, ['OFF', 0]] };
    const rules = { flags: { SEARCH: { ...RULE, variants: { EXACT: 1, FUZZY: 2, OFF: 3 }, targeting } } };
    const keeper = createGatekeeper({ flags: { SEARCH }, rules });
    vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] });

    const requests = [{ userId: 7 }, { visitorId: 'v' }, { userId: undefined }];
    const attributes = { seats: 5 };

    expect(requests.map((one) => keeper.gateFor({ ...one, attributes }).ffVariant('SEARCH'))).toEqual([
      'FUZZY',
      'FUZZY',
      'EXACT',
    ]);
    vi.useRealTimers();
  },
);

test('an override and the user list come before the rule, the rule before decide', () => {
  const flags = { SEARCH: { ...SEARCH, users: { FUZZY: [7] }, decide: () => 'OFF' as const } };
  const keeper = createGatekeeper({ flags, rules: { flags: { SEARCH: RULE } } });
  const sourceFor = (userId: number, cookie = ''): string | undefined =>
    keeper.gateFor({ userId, cookie, mayOverride: true }).explain('SEARCH')?.source;

  expect([sourceFor(7, overrideCookie({ SEARCH: 'OFF' })), sourceFor(7), sourceFor(8)]).toEqual([
    'override',
    'user',
    'rule',
  ]);
});

test('decide is not called if the rule switches its flag off', () => {
  let calls = 0;
  const decide = (): 'FUZZY' => {
    calls++;
    return 'FUZZY';
  };
  const rules = { flags: { SEARCH: { ...RULE, state: 'DISABLED' } } };

  createGatekeeper({ flags: { SEARCH: { ...SEARCH, decide } }, rules })
    .gateFor({ userId: 7 })
    .ff('SEARCH', 'OFF');

  expect(calls).toBe(0);
});

test('without a user a fractional selects no variant, unless it hashes a string of its own', () => {
  const split = { fractional: [['FUZZY', 1]] };
  const bySession = { fractional: [{ var: 'sessionId' }, ['FUZZY', 1]] };
  const flags = { BY_USER: SEARCH, BY_SESSION: SEARCH };
  const rules = { flags: { BY_USER: { ...RULE, targeting: split }, BY_SESSION: { ...RULE, targeting: bySession } } };
  const keeper = createGatekeeper({ flags, rules });

  const gate = keeper.gateFor({
    attributes: { sessionId: 's1', targetingKey: 'forged', $flagd: { flagKey: 'forged' } },
  });

  expect([gate.explain('BY_USER').reason, gate.explain('BY_SESSION').reason]).toEqual(['DEFAULT', 'SPLIT']);
});

test('a flag that is evaluated for another user is split by that user’s id', () => {
  const split = { if: [{ '==': [{ var: 'targetingKey' }, '42'] }, 'FUZZY', 'EXACT'] };
  const keeper = createGatekeeper({ flags: { SEARCH }, rules: { flags: { SEARCH: { ...RULE, targeting: split } } } });

  const gate = keeper.gateFor({ userId: 7 });

  expect([gate.ffVariant('SEARCH'), gate.ffVariant('SEARCH', { userId: 42 })]).toEqual(['EXACT', 'FUZZY']);
});

test('unknown flags, variants and references are left out, each with one warning at start-up and none per request', () => {
  const { errors, onError } = errorLog();
  const rules = {
    flags: {
      GONE: RULE,
      SEARCH: { ...RULE, variants: { EXACT: 1, BLURRED: 2 } },
      CHECKOUT: { ...RULE, targeting: { if: [{ $ref: 'nobody' }, 'EXACT'] } },
    },
  };
  const keeper = createGatekeeper({ flags: { SEARCH, CHECKOUT: SEARCH }, rules, onError });

  for (let request = 0; request < 3; request++) keeper.gateFor({ userId: request }).ff('SEARCH', 'OFF');

  expect(errors.map(({ code, flag, message }) => [code, flag, message])).toEqual([
    [
      'ERR_GK_RULES_NOTICE',
      'CHECKOUT',
      'Flag "CHECKOUT": its rule is left out: there is no evaluator "nobody"; an evaluator can refer only to later ones',
    ],
    ['ERR_GK_RULES_NOTICE', 'GONE', 'Flag "GONE": the code has no such flag'],
    [
      'ERR_GK_RULES_NOTICE',
      'SEARCH',
      'Flag SEARCH: its rule is left out: the variant "BLURRED" is not one of EXACT, FUZZY, OFF',
    ],
  ]);
});

test.each([
  [true],
  [{ ...RULE, state: 'ON' }],
  [{ state: 'ENABLED' }],
  [{ ...RULE, defaultVariant: 'GONE' }],
  [{ ...RULE, targeting: { iff: [true, 'EXACT'] } }],
  [{ ...RULE, targeting: { if: [{ $ref: 'nobody' }, 'EXACT'] } }],
])('the code decides a flag that cannot be read, %j, with one warning; a kill switch beside it works', (rule) => {
  const { errors, onError } = errorLog();
  const flags = {
    SEARCH: { ...SEARCH, decide: () => 'FUZZY' as const },
    CHECKOUT: { ...SEARCH, decide: () => 'FUZZY' as const },
  };
  const off = { state: 'DISABLED', variants: 'none', defaultVariant: 7, targeting: { iff: [] } };

  const gate = createGatekeeper({ flags, rules: { flags: { SEARCH: rule, CHECKOUT: off } }, onError }).gateFor({});

  expect([gate.explain('SEARCH').source, gate.explain('CHECKOUT').reason]).toEqual(['code', 'DISABLED']);
  expect(errors.filter(({ flag }) => flag === 'SEARCH')).toMatchObject([{ code: 'ERR_GK_RULES_NOTICE' }]);
});

test('if attributes throws, that error is reported and the flag gets its default', () => {
  const { errors, onError } = errorLog();
  const rules = { flags: { SEARCH: { ...RULE, targeting: FROM_GERMANY } } };
  const gate = createGatekeeper({ flags: { SEARCH }, rules, onError }).gateFor({
    get attributes(): never {
      throw new Error('no session store');
    },
  });

  expect(gate.explain('SEARCH')).toMatchObject({ variant: 'OFF', source: 'error', errorCode: 'GENERAL' });
  expect(errors).toMatchObject([
    {
      code: 'ERR_GK_ATTRIBUTES',
      message: 'Flag SEARCH: attributes threw',
      flag: 'SEARCH',
      cause: new Error('no session store'),
    },
  ]);
});

test.each([
  // targeting,                                                                     source
  [FROM_GERMANY, 'rule'],
  [{ fractional: [{ cat: [{ var: 'country' }] }, ['EXACT', 50], ['FUZZY', 50]] }, 'rule'],
  [{ if: [{ '==': [{ var: 'targetingKey' }, 'ann'] }, 'EXACT', 'FUZZY'] }, 'error'],
  [{ if: [{ in: ['ann', { var: ['targetingKey', ''] }] }, 'EXACT', 'FUZZY'] }, 'error'],
  [{ if: [{ missing: ['targetingKey'] }, 'EXACT', 'FUZZY'] }, 'error'],
  [{ if: [{ var: '' }, 'EXACT', 'FUZZY'] }, 'error'],
  [
    {
      fractional: [
        ['EXACT', 50],
        ['FUZZY', 50],
      ],
    },
    'error',
  ],
  [
    {
      if: [
        { '==': [{ var: 'country' }, 'FR'] },
        'EXACT',
        {
          fractional: [
            ['EXACT', 50],
            ['FUZZY', 50],
          ],
        },
      ],
    },
    'error',
  ],
])('if userId throws, the rule %j gives the source %s', (targeting, source) => {
  const { errors, onError } = errorLog();
  const rules = { flags: { SEARCH: { ...RULE, targeting } } };
  const gate = createGatekeeper({ flags: { SEARCH }, rules, onError }).gateFor({
    get userId(): never {
      throw new Error('no session store');
    },
    attributes: { country: 'DE' },
  });

  expect(gate.explain('SEARCH').source).toBe(source);
  expect(errors.map(({ code }) => code)).toEqual(source === 'error' ? ['ERR_GK_USER_ID'] : []);
});

test('a flag that attributes evaluates sees no attributes, so there is no endless recursion', () => {
  const rules = { flags: { SEARCH: { ...RULE, targeting: FROM_GERMANY } } };
  const keeper = createGatekeeper({ flags: { SEARCH }, rules });
  const gate = keeper.gateFor({
    get attributes() {
      return { country: gate.ff('SEARCH', 'FUZZY') ? 'fr' : 'de' };
    },
  });

  expect([gate.ffVariant('SEARCH'), gate.ffVariant('SEARCH')]).toEqual(['FUZZY', 'FUZZY']);
});

test('the manifest names the rule and its reason, and its revision follows the rules', () => {
  const flags = defineFlags({ SEARCH });
  const manifestWith = (rules: { flags: object }) => {
    const keeper = createGatekeeper({ flags, rules });
    return manifestOf(keeper, keeper.gateFor({ userId: 7, mayOverride: true }));
  };

  const one = manifestWith({ flags: { SEARCH: RULE } });
  const other = manifestWith({ flags: { SEARCH: { ...RULE, state: 'DISABLED' } } });

  expect(one.flags).toMatchObject([{ current: 'EXACT', source: 'rule', reason: 'STATIC', withoutOverride: 'EXACT' }]);
  expect(other.flags).toMatchObject([{ current: 'OFF', source: 'rule', reason: 'DISABLED' }]);
  expect(one.revision).not.toBe(other.revision);
  expect(manifestWith({ flags: { SEARCH: RULE } }).revision).toBe(one.revision);
});

test.each([
  ['{"flags": [', 'ERR_GK_RULES_JSON'],
  ['./rules.json', 'ERR_GK_RULES_JSON'],
  ['{"flags":[]}', 'ERR_GK_RULES_SCHEMA'],
  ['{}', 'ERR_GK_RULES_SCHEMA'],
])('the rules %j are an error at start-up', (rules, code) => {
  expect(() => createGatekeeper({ flags: { SEARCH }, rules })).toThrow(expect.objectContaining({ code }));
});

test.each([
  // targeting                 what the message shows of the result
  [{ if: [true, 'EXCAT'] }, '"EXCAT"'],
  [{ var: 'targetingKey' }, 'a string of 15 characters'],
  [{ var: 'email' }, 'a string of 15 characters'],
  [{ cat: ['EX', { var: 'targetingKey' }] }, 'a string of 17 characters'],
])('the error about an unknown variant of the rule %j shows no personal data', (targeting, shown) => {
  const { errors, onError } = errorLog();
  const rules = { flags: { SEARCH: { ...RULE, targeting } } };
  const gate = createGatekeeper({ flags: { SEARCH }, rules, onError }).gateFor({
    userId: 'ann@example.com',
    attributes: { email: 'ann@example.com' },
  });

  gate.ff('SEARCH', 'OFF');

  expect(errors.filter(({ code }) => code === 'ERR_GK_RULE_FAILED').map(({ message }) => message)).toEqual([
    `Flag SEARCH: its targeting must return one of its variants; got ${shown}`,
  ]);
});
