import { expect, test } from 'vitest';
import { gatekeeper, grantRoute, manifestRoute } from '../../server-lib/express.ts';
import { createGatekeeper, defineFlags, GatekeeperError } from '../../server-lib/index.ts';
import { publishRules, redisSource } from '../../server-lib/redis.ts';
import { compileRules, fileSource } from '../../server-lib/rules.ts';
import { findCookie, readServerTiming } from '../../server-lib/wire.ts';

const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });
const keeper = createGatekeeper({ flags });
const grants = {
  keys: [{ kid: '1', secret: Buffer.alloc(32, 1) }],
  origins: ['https://app.example.com'],
  authorize: () => null,
};
const client = { eval: async () => ['published', '1'] };

/** Values of every kind, by the kinds that an option may take. */
const KINDS: Readonly<Record<string, readonly unknown[]>> = {
  null: [null],
  string: ['?'],
  'empty string': [''],
  number: [-1.5, Number.NaN],
  zero: [0],
  boolean: [true, false],
  bigint: [7n],
  symbol: [Symbol('x')],
  array: [[7]],
  'empty array': [[]],
  object: [{ x: 1 }],
  'empty object': [{}],
  collection: [new Map([['SEARCH', 'FUZZY']]), new Set(['SEARCH']), new Date(0), Promise.resolve({})],
  function: [() => {}],
};

type Take = (value: never) => unknown;
interface Case {
  readonly option: string;
  readonly take: Take;
  /** The kinds that are valid. */
  readonly takes?: readonly string[];
}

const CASES: readonly Case[] = [
  { option: 'createGatekeeper()', take: (options) => createGatekeeper(options) },
  ...Object.entries({
    flags: ['empty object'],
    name: ['string', 'empty string'],
    environment: ['string', 'empty string'],
    cookieName: [],
    allowOverrides: ['function'],
    grants: [],
    rules: [],
    scenarios: ['empty array'],
    simulate: ['empty object'],
    onEvaluate: ['function'],
    exposures: ['empty object'],
    onError: ['function'],
  }).map(([option, takes]) => ({
    option: `createGatekeeper: ${option}`,
    take: (value: never) => createGatekeeper({ flags, [option]: value }),
    takes,
  })),
  ...Object.entries({ userId: ['boolean'], time: ['boolean'], attributes: ['empty object'] }).map(
    ([option, takes]) => ({
      option: `simulate: ${option}`,
      take: (value: never) => createGatekeeper({ flags, simulate: { [option]: value } }),
      takes,
    }),
  ),
  {
    option: 'simulate: an attribute',
    take: (country) => createGatekeeper({ flags, simulate: { attributes: { country } } }),
  },
  {
    option: 'simulate: max of an attribute',
    take: (max) => createGatekeeper({ flags, simulate: { attributes: { seats: { min: 0, max } } } }),
    takes: ['zero'],
  },
  {
    option: 'scenario: overrides',
    take: (overrides) => createGatekeeper({ flags, scenarios: [{ name: 'One', overrides }] }),
    takes: ['empty object'],
  },
  ...Object.entries({
    keys: [],
    origins: [],
    authorize: ['function'],
    subjectOf: ['function'],
    isRevoked: ['function'],
    generation: ['zero'],
    maxAge: [],
    path: [],
  }).map(([option, takes]) => ({
    option: `grants: ${option}`,
    take: (value: never) => createGatekeeper({ flags, grants: { ...grants, [option]: value } }),
    takes,
  })),
  { option: 'defineFlags()', take: (value) => defineFlags(value), takes: ['empty object'] },
  { option: 'flag', take: (value) => defineFlags({ SEARCH: value }) },
  {
    option: 'flag: users',
    take: (users) => defineFlags({ SEARCH: { variants: ['ON'], default: 'ON', users } }),
    takes: ['empty object'],
  },
  ...[gatekeeper, manifestRoute, grantRoute].map((handler) => ({ option: `${handler.name}()`, take: handler as Take })),
  {
    option: 'gatekeeper: options',
    take: (options) => gatekeeper(keeper as never, options),
    takes: ['empty object'],
  },
  ...['userId', 'attributes', 'session'].map((option) => ({
    option: `gatekeeper: ${option}`,
    take: (value: never) => gatekeeper(keeper as never, { [option]: value }),
    takes: ['function'],
  })),
  { option: 'manifestRoute: path', take: (path) => manifestRoute(keeper as never, { path }) },
  { option: 'fileSource()', take: (file) => fileSource(file).close(), takes: ['string'] },
  { option: 'fileSource: options', take: (options) => fileSource('x', options).close(), takes: ['empty object'] },
  { option: 'fileSource: pollInterval', take: (pollInterval) => fileSource('x', { pollInterval }) },
  { option: 'redisSource()', take: (options) => redisSource(options) },
  { option: 'redisSource: url', take: (url) => redisSource({ url }) },
  { option: 'redisSource: client', take: (it) => redisSource({ client: it }) },
  ...Object.entries({ key: ['string'], channel: ['string'], pollInterval: [], snapshot: ['string'] }).map(
    ([option, takes]) => ({
      option: `redisSource: ${option}`,
      take: (value: never) => redisSource({ url: 'redis://127.0.0.1:1', [option]: value }).close(),
      takes,
    }),
  ),
  { option: 'publishRules: client', take: (it) => publishRules(it, '{"flags":{}}') },
  { option: 'publishRules: document', take: (document) => publishRules(client, document) },
  {
    option: 'publishRules: options',
    take: (options) => publishRules(client, '{"flags":{}}', options),
    takes: ['empty object'],
  },
  ...Object.entries({
    key: ['string'],
    channel: ['string'],
    expected: ['string', 'empty string'],
    author: ['string', 'empty string'],
    message: ['string', 'empty string'],
  }).map(([option, takes]) => ({
    option: `publishRules: ${option}`,
    take: (value: never) => publishRules(client, '{"flags":{}}', { [option]: value }),
    takes,
  })),
  { option: 'compileRules()', take: (document) => compileRules(document) },
];

test.each(CASES)('$option throws a GatekeeperError for a value that it cannot use', async ({ take, takes = [] }) => {
  for (const [kind, values] of Object.entries(KINDS)) {
    if (takes.includes(kind)) continue;
    for (const value of values) {
      const outcome = await (async () => take(value as never))().catch((error: unknown) => error);
      expect({ kind, value, outcome }).toEqual({ kind, value, outcome: expect.any(GatekeeperError) });
    }
  }
});

test.each([
  ['a query', '/flags.json?a'],
  ['a fragment', '/flags.json#a'],
  ['another host', '//evil.example/flags.json'],
  ['a blank', '/my flags.json'],
  ['dots', '/a/../flags.json'],
])('a manifest path with %s, which no request can have, throws at the start', (_what, path) => {
  expect(() => manifestRoute(keeper as never, { path })).toThrow(/path must be a plain path/);
});

test.each(['https://app.example.com/rules.json', 'file://server/rules.json', 'data:,{}'])(
  'fileSource throws for the address %s at the start',
  (url) => {
    expect(() => fileSource(new URL(url))).toThrow(/fileSource: the file must be a path or a file: URL/);
  },
);

test('an unknown field of a key throws, because expires would be ignored', () => {
  const keys = [{ kid: '1', secret: Buffer.alloc(32, 1), expires: 7 }];

  expect(() => createGatekeeper({ flags, grants: { ...grants, keys } })).toThrow(
    'grants: keys[0]: there is no option "expires"; the options are kid, secret',
  );
});

test.each([null, 'x', 7, [], true])('compiled rules evaluate without a context, too: %o', (context) => {
  const rules = compileRules({ flags: { A: { state: 'ENABLED', variants: { ON: 1 }, defaultVariant: 'ON' } } });

  expect(rules.evaluate('A', context as never)).toMatchObject({ variant: 'ON', reason: 'STATIC' });
});

test.each([undefined, null, {}, 'gate', createGatekeeper({ flags }).gateFor()])(
  'keeper.adapter throws for a value that is not a gate of its keeper: %o',
  (gate) => {
    const { manifestFor, visibleEvaluations } = keeper.adapter;

    expect(() => manifestFor(gate as never)).toThrow(/^manifestFor: expected a gate of this keeper/);
    expect(() => visibleEvaluations(gate as never)).toThrow(/^visibleEvaluations: expected a gate of this keeper/);
  },
);

test.each([
  [{ SEARCH: 'FUZZY' }, 'an object'],
  [['gatekeeper=%7B%7D'], 'an array'],
  [7, 'a number'],
])('a cookie that is %o is reported and ignored', (cookie, got) => {
  const errors: string[] = [];
  const own = createGatekeeper({ flags, onError: (error) => errors.push(error.message) });

  expect(own.gateFor({ cookie: cookie as never }).ffVariant('SEARCH')).toBe('EXACT');
  expect(errors).toEqual([`cookie must be the raw Cookie header, a string; got ${got}`]);
});

test.each([undefined, null, ''])('a cookie that is %o counts as none, without an error', (cookie) => {
  const errors: string[] = [];
  const own = createGatekeeper({ flags, onError: (error) => errors.push(error.message) });

  expect(own.gateFor({ cookie: cookie as never }).ffVariant('SEARCH')).toBe('EXACT');
  expect(errors).toEqual([]);
});

test('withoutOverrides throws without a function', () => {
  expect(() => keeper.gateFor().withoutOverrides(7 as never)).toThrow(
    'withoutOverrides: expected a function; got a number',
  );
});

test('the wire functions accept a missing header', () => {
  expect(findCookie(undefined, 'gatekeeper')).toBeUndefined();
  expect(readServerTiming(null)).toEqual(readServerTiming(''));
});
