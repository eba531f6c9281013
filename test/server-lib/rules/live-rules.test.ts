import { afterEach, expect, test, vi } from 'vitest';
import { createGatekeeper, type FlagDefinition } from '../../../server-lib/index.ts';
import { errorLog } from '../../fakes/error-log.ts';
import { fakeRulesSource } from '../../fakes/fake-rules-source.ts';
import { THENABLES } from '../../helpers/hooks/thenables.ts';
import { manifestOf } from '../../helpers/protocol/manifest-of.ts';
import { unhandledRejections } from '../../helpers/unhandled-rejections.ts';

afterEach(() => {
  vi.useRealTimers();
});

const flags = {
  A: { variants: ['ON', 'OFF'], default: 'OFF' },
  B: { variants: ['ON', 'OFF'], default: 'OFF' },
} as const;
const flag = (defaultVariant: string, more: object = {}) => ({
  state: 'ENABLED',
  variants: { ON: true, OFF: false },
  defaultVariant,
  ...more,
});
const document = (variant: string): object => ({ flags: { A: flag(variant), B: flag(variant) } });

test('the first request already uses the rules that a source has at the start', () => {
  const keeper = createGatekeeper({ flags, rules: fakeRulesSource(document('ON')) });

  expect(keeper.gateFor().explain('A')).toMatchObject({ variant: 'ON', source: 'rule' });
});

test('without rules the code decides; a new document is used from the next request on', async () => {
  const source = fakeRulesSource();
  const keeper = createGatekeeper({ flags, rules: source });
  const before = keeper.gateFor().ffVariant('A');

  source.publish(JSON.stringify(document('ON')));
  await keeper.ready;

  expect([before, keeper.gateFor().ffVariant('A')]).toEqual(['OFF', 'ON']);
});

test('a request uses one revision of the rules, also in its manifest', () => {
  const source = fakeRulesSource(document('ON'));
  const keeper = createGatekeeper({ flags, rules: source });
  const gate = keeper.gateFor({ mayOverride: true });
  const next = keeper.gateFor({ mayOverride: true });

  const a = gate.ffVariant('A');
  source.publish(document('OFF'));

  expect([a, gate.ffVariant('B'), next.ffVariant('A')]).toEqual(['ON', 'ON', 'OFF']);
  expect(manifestOf(keeper, gate).revision).not.toBe(manifestOf(keeper, next).revision);
});

test('withoutOverrides and the rest of the request use the same rules', () => {
  const source = fakeRulesSource(document('ON'));
  const keeper = createGatekeeper({ flags, rules: source });
  const gate = keeper.gateFor();

  const withoutOverrides = gate.withoutOverrides(() => gate.ffVariant('A'));
  source.publish(document('OFF'));

  expect([withoutOverrides, gate.ffVariant('A')]).toEqual(['ON', 'ON']);
});

test('after a refused document the last good one stays in force, and health() has the error until a good one arrives', () => {
  const log = errorLog();
  const source = fakeRulesSource(document('ON'));
  const keeper = createGatekeeper({ flags, rules: source, onError: log.onError });

  source.publish('{"flags": {', 'broken');
  const [variant, health] = [keeper.gateFor().ffVariant('A'), keeper.health()];
  source.publish(document('OFF'));

  expect(variant).toBe('ON');
  expect(health).toMatchObject({ revision: 'r1', age: 3, lastError: expect.stringContaining('line 1, column 12') });
  expect(log.codes).toEqual(['ERR_GK_RULES_JSON']);
  expect(keeper.health()).toEqual({ revision: 'r2', age: 3 });
  expect(keeper.gateFor().ffVariant('A')).toBe('OFF');
});

test('a failure of the source is reported, and its last rules stay in force', () => {
  const log = errorLog();
  const source = fakeRulesSource(document('ON'));
  const keeper = createGatekeeper({ flags, rules: source, onError: log.onError });

  source.fail('the file is gone');

  expect(keeper.gateFor().ffVariant('A')).toBe('ON');
  expect(log.codes).toEqual(['ERR_GK_RULES_SOURCE']);
  expect(keeper.health()).toEqual({ revision: 'r1', age: 3, lastError: 'the file is gone' });
});

test('an empty document removes all rules: the code decides again', () => {
  const source = fakeRulesSource(document('ON'));
  const keeper = createGatekeeper({ flags, rules: source });

  source.publish('{"flags":{}}');

  expect(keeper.gateFor().explain('A')).toMatchObject({ variant: 'OFF', source: 'default' });
});

test('warnings are reported once for each revision, not for each request', () => {
  const log = errorLog();
  const source = fakeRulesSource({ flags: { GONE: flag('ON') } });
  const keeper = createGatekeeper({ flags, rules: source, onError: log.onError });

  for (let request = 0; request < 5; request++) keeper.gateFor().ff('A', 'ON');
  source.publish({ flags: { GONE: flag('OFF') } });

  expect(log.codes).toEqual(['ERR_GK_RULES_NOTICE', 'ERR_GK_RULES_NOTICE']);
});

test('flags that the code does not have are reported as one warning for each revision, with their number', () => {
  const log = errorLog();
  const many = (variant: string) => ({
    flags: Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`FOREIGN_${at}`, flag(variant)])),
  });
  const source = fakeRulesSource(many('ON'));
  createGatekeeper({ flags, rules: source, onError: log.onError });

  source.publish(many('OFF'));

  expect(log.errors.map(({ message }) => message)).toEqual(
    Array(2).fill(
      '1000 flags of the rules document are not in the code: ' +
        '"FOREIGN_0", "FOREIGN_1", "FOREIGN_2", "FOREIGN_3", "FOREIGN_4" and 995 more',
    ),
  );
});

test('of a thousand warnings about one revision, ten are reported, and the number of the others', () => {
  const log = errorLog();
  const names = Array.from({ length: 1_000 }, (_, at) => `F${at}`);
  const many = Object.fromEntries(names.map((name) => [name, flags.A as FlagDefinition]));
  const faulty = flag('ON', { targeting: { no_such_operator: [] } });

  createGatekeeper({
    flags: many,
    rules: { flags: Object.fromEntries(names.map((name) => [name, faulty])) },
    onError: log.onError,
  });

  expect(log.errors).toHaveLength(11);
  expect(log.errors.at(-1)?.message).toBe(
    'There are 990 more warnings about this rules document; "gatekeeper-flags check" lists them',
  );
});

test('a rule that fails is reported once for each flag and revision, however many requests evaluate it', () => {
  const log = errorLog();
  const failing = (variant: string) => ({ flags: { A: flag('ON', { targeting: { if: [true, variant] } }) } });
  const source = fakeRulesSource(failing('NOWHERE'));
  const keeper = createGatekeeper({ flags, rules: source, onError: log.onError });
  const ask = (): void => {
    for (let request = 0; request < 1_000; request++) {
      expect(keeper.gateFor({ userId: request }).explain('A').source).toBe('error');
    }
  };

  ask();
  source.publish(failing('ELSEWHERE'));
  ask();

  expect(log.codes).toEqual(['ERR_GK_RULE_FAILED', 'ERR_GK_RULE_FAILED']);
});

test('a document with the same revision as the one before it is used all the same', () => {
  const source = fakeRulesSource();
  const keeper = createGatekeeper({ flags, rules: source });

  source.publish(document('ON'), 'same');
  source.publish(document('OFF'), 'same');

  expect(keeper.gateFor().explain('A').variant).toBe('OFF');
});

test('a large document is used once all of it is compiled; of those that arrive meanwhile only the newest is compiled', async () => {
  const names = Array.from({ length: 3_000 }, (_, at) => `F${at}`);
  const many = Object.fromEntries(names.map((name) => [name, flags.A as FlagDefinition]));
  const large = (variant: string, metadata: object = {}): string =>
    JSON.stringify({ flags: Object.fromEntries(names.map((name) => [name, flag(variant)])), metadata });
  const seen: string[] = [];
  const source = fakeRulesSource(large('OFF'));
  const keeper = createGatekeeper({ flags: many, rules: source });
  const read = (): void => {
    const gate = keeper.gateFor();
    seen.push(`${gate.ffVariant('F0')} ${gate.ffVariant('F2999')} ${keeper.health().revision}`);
  };

  read();
  source.publish(large('ON'), 'on');
  read();
  for (let time = 0; time < 50; time++) source.publish(large('OFF'), `off${time}`);
  source.publish(large('ON', { version: '2' }), 'newest');
  while (keeper.health().revision !== 'newest') {
    await new Promise((later) => setImmediate(later));
    read();
  }

  // None of the fifty between was compiled, and no document was used in part.
  expect([...new Set(seen)]).toEqual(['OFF OFF r1', 'ON ON on', 'ON ON newest']);
});

test('a keeper that is closed while it compiles keeps its current rules', async () => {
  const names = Array.from({ length: 3_000 }, (_, at) => `F${at}`);
  const many = Object.fromEntries(names.map((name) => [name, flags.A as FlagDefinition]));
  const source = fakeRulesSource();
  const keeper = createGatekeeper({ flags: many, rules: source });

  source.publish({ flags: Object.fromEntries(names.map((name) => [name, flag('ON')])) });
  await keeper.close();
  for (let turn = 0; turn < 100; turn++) await new Promise((later) => setImmediate(later));

  expect(keeper.gateFor().ffVariant('F0')).toBe('OFF');
});

test('a large first document is in force when the keeper is ready', async () => {
  const names = Array.from({ length: 3_000 }, (_, at) => `F${at}`);
  const many = Object.fromEntries(names.map((name) => [name, flags.A as FlagDefinition]));
  const source = fakeRulesSource();
  const keeper = createGatekeeper({ flags: many, rules: source });

  source.publish({ flags: Object.fromEntries(names.map((name) => [name, flag('ON')])) });
  await keeper.ready;

  expect(keeper.gateFor().ffVariant('F2999')).toBe('ON');
});

test('a keeper whose source sends nothing is ready after two seconds', async () => {
  vi.useFakeTimers();
  let ready = false;
  const keeper = createGatekeeper({ flags, rules: fakeRulesSource() });
  keeper.ready.then(() => {
    ready = true;
  });

  await vi.advanceTimersByTimeAsync(1_999);
  const before = ready;
  await vi.advanceTimersByTimeAsync(1);

  expect([before, ready]).toEqual([false, true]);
});

test('a keeper without rules is ready, has an empty health and can be closed', async () => {
  const keeper = createGatekeeper({ flags });

  await keeper.ready;
  await keeper.close();

  expect(keeper.health()).toEqual({});
});

test('a closed keeper has closed its source, ignores its events, and evaluates as before', async () => {
  const source = fakeRulesSource(document('ON'));
  const keeper = createGatekeeper({ flags, rules: source });

  await keeper.close();
  source.publish(document('OFF'));

  expect(source.isClosed).toBe(true);
  expect(keeper.gateFor().ffVariant('A')).toBe('ON');
});

test('none of 100,000 requests uses two revisions while the rules change 200 times a second', async () => {
  const names = ['F0', 'F1', 'F2', 'F3'];
  const many = Object.fromEntries(names.map((name) => [name, flags.A as FlagDefinition]));
  const split = (on: number): object => ({
    fractional: [
      ['ON', on],
      ['OFF', 100 - on],
    ],
  });
  const source = fakeRulesSource();
  let changes = 0;
  // All flags of a revision have the same variant for every user: two that differ belong to two revisions.
  const change = (): void => {
    const targeting = split(changes++ % 2 === 0 ? 100 : 0);
    source.publish({ flags: Object.fromEntries(names.map((name) => [name, flag('OFF', { targeting })])) });
  };
  change();
  const keeper = createGatekeeper({ flags: many, rules: source });
  let torn = 0;
  const seen = new Set<string | undefined>();
  const request = async (userId: number): Promise<void> => {
    const gate = keeper.gateFor({ userId });
    const first = gate.ffVariant('F0');
    seen.add(first);
    await undefined;
    if (names.some((name) => gate.ffVariant(name) !== first)) torn++;
  };

  const timer = setInterval(change, 5);
  for (let user = 0; user < 100_000; user += 500) {
    const batch = Array.from({ length: 500 }, (_, at) => request(user + at));
    change(); // while all of them are pending
    await Promise.all(batch);
    if (user % 10_000 === 0) await new Promise((later) => setTimeout(later, 5));
  }
  clearInterval(timer);

  expect(torn).toBe(0);
  expect([...seen].sort()).toEqual(['OFF', 'ON']);
  expect(changes).toBeGreaterThan(200);
});

const down = new Error('no such socket');
const fail = (): never => {
  throw down;
};

test.each([
  // what throws,   what is reported
  ['current', ["the rules source's current() threw"]],
  ['onChange', ["the rules source's onChange() threw"]],
  ['health', ["the rules source's health() threw"]],
  ['close', ['the rules source could not be closed']],
])('if the method %s of a source throws, the keeper still works, with one report', async (method, messages) => {
  const log = errorLog();
  const source = { ...fakeRulesSource(document('ON')), [method]: fail };
  const keeper = createGatekeeper({ flags, rules: source, onError: log.onError });

  await keeper.ready;
  const variants = [keeper.gateFor().ffVariant('A'), keeper.gateFor().ffVariant('A')];
  const health = [keeper.health(), keeper.health()];
  await keeper.close();

  expect(variants).toEqual(method === 'current' ? ['OFF', 'OFF'] : ['ON', 'ON']);
  expect(health[1]?.lastError).toBe(method === 'close' ? undefined : messages[0]);
  expect(log.errors.map(({ code, message, cause }) => [code, message, cause])).toEqual(
    messages.map((message) => ['ERR_GK_RULES_SOURCE', message, down]),
  );
});

test.each(['current', 'onChange', 'health', 'close', 'ready'])(
  'if %s of a source is any kind of promise, the keeper still works',
  async (method) => {
    vi.useFakeTimers();
    for (const { what, make } of THENABLES) {
      const log = errorLog();
      const source = fakeRulesSource(document('ON'));
      const rules = { ...source, [method]: method === 'ready' ? make() : make };

      const rejections = await unhandledRejections(async () => {
        const keeper = createGatekeeper({ flags, rules: rules as never, onError: log.onError });
        await vi.advanceTimersByTimeAsync(2_000);
        await keeper.ready;
        expect([what, keeper.gateFor().ffVariant('A')]).toEqual([what, method === 'current' ? 'OFF' : 'ON']);
        keeper.health();
        const closed = keeper.close();
        await vi.advanceTimersByTimeAsync(4_000);
        await closed;
      });

      expect([what, ...rejections]).toEqual([what]);
      expect(log.codes.length).toBeLessThanOrEqual(1);
    }
  },
);

test.each([
  ['a string', 'red', 'a string of 3 characters'],
  ['a list', [], 'an array'],
  ['null', null, 'null'],
])('if current() of a source returns %s, that is reported and the code decides', (_, snapshot, kind) => {
  const log = errorLog();
  const rules = { ...fakeRulesSource(), current: () => snapshot };
  const keeper = createGatekeeper({ flags, rules: rules as never, onError: log.onError });

  expect(keeper.gateFor().ffVariant('A')).toBe('OFF');
  expect(log.errors.map(({ message }) => message)).toEqual([
    `the rules source's current() must return { document, revision }; got ${kind}`,
  ]);
});

test('a failure of the source before the keeper was created is reported once and is in its health', async () => {
  const log = errorLog();
  const source = fakeRulesSource();
  source.fail('the file is gone');

  const keeper = createGatekeeper({ flags, rules: source, onError: log.onError });
  await keeper.ready;

  expect(log.errors.map(({ code, message }) => [code, message])).toEqual([['ERR_GK_RULES_SOURCE', 'the file is gone']]);
  expect(keeper.health().lastError).toBe('the file is gone');
});

test('the message of a source is escaped in the health', () => {
  const source = fakeRulesSource();
  source.fail('no \u202Egpj\r\n\u001b[2J');
  const keeper = createGatekeeper({ flags, rules: source, onError: () => {} });

  expect(keeper.health().lastError).toBe('no \\u202egpj\\r\\n\\u001b[2J');
});

test.each([
  ['nothing', undefined],
  ['an event without an error', { kind: 'failed' }],
  ['an error of its own', { kind: 'failed', error: down }],
  ['a string as an event', 'changed'],
])('a source that sends %s is reported, and its rules stay in force', (_, event) => {
  const log = errorLog();
  let send = (_event: unknown): void => {};
  const onChange = (listener: (event: never) => void) => {
    send = listener as typeof send;
    return () => {};
  };
  const keeper = createGatekeeper({ flags, rules: { ...fakeRulesSource(document('ON')), onChange }, ...log });

  send(event);

  expect(keeper.gateFor().ffVariant('A')).toBe('ON');
  expect(log.codes).toEqual(['ERR_GK_RULES_SOURCE']);
});

const raise = () => {
  throw new Error('out of order');
};

test.each([
  {
    what: 'a lastError that cannot be read',
    health: Object.defineProperty({}, 'lastError', { get: raise }),
    says: "the rules source's result of health() threw",
  },
  {
    what: 'an age that cannot be read',
    health: Object.defineProperty({}, 'age', { get: raise }),
    says: "the rules source's result of health() threw",
  },
  {
    what: 'a lastError that is not a string',
    health: { lastError: { toString: raise } },
    says: 'the rules source has failed',
  },
])('a source whose health() returns $what does not break the keeper', ({ health, says }) => {
  const log = errorLog();
  const source = { ...fakeRulesSource(document('ON')), health: () => health as never };
  const keeper = createGatekeeper({ flags, rules: source, ...log });

  for (let time = 0; time < 3; time++) expect(keeper.health().lastError).toBe(says);

  expect(log.errors.map(({ message }) => message)).toEqual([says]);
  expect(keeper.gateFor().ffVariant('A')).toBe('ON');
});

test.each([
  ['that cannot be read', Object.defineProperty({}, 'kind', { get: raise })],
  ['whose error is a promise that rejects', { kind: 'failed', error: 'promise' }],
])('an event %s is reported once and does not break the keeper', async (_what, event) => {
  const log = errorLog();
  const listeners: ((event: never) => void)[] = [];
  const source = {
    ...fakeRulesSource(document('ON')),
    onChange: (listener: (event: never) => void) => listeners.push(listener),
  };
  createGatekeeper({ flags, rules: source as never, ...log });

  const rejections = await unhandledRejections(() => {
    const isPromised = (event as { readonly error?: unknown }).error === 'promise';
    listeners[0]?.((isPromised ? { ...event, error: Promise.reject(new Error('gone')) } : event) as never);
  });

  expect(log.codes).toContain('ERR_GK_RULES_SOURCE');
  expect(rejections).toEqual([]);
});

test.each([undefined, Symbol('r1'), 7, { toString: raise }])(
  'a snapshot whose revision is %o gets the hash of its text as its revision',
  (revision) => {
    const source = { ...fakeRulesSource(), current: () => ({ document: document('ON'), revision: revision as never }) };
    const keeper = createGatekeeper({ flags, rules: source });

    expect(keeper.health().revision).toMatch(/^[\da-f]{40}$/);
    expect(keeper.gateFor().ffVariant('A')).toBe('ON');
  },
);

test.each(['current', 'onChange', 'health', 'close'])('a source without %s() is an error at start-up', (method) => {
  const rules = { ...fakeRulesSource(document('ON')), [method]: undefined };

  expect(() => createGatekeeper({ flags, rules: rules as never })).toThrow(
    `rules: a source must have the methods current, onChange, health, close; this one lacks ${method}`,
  );
});
