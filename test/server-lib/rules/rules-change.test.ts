import { expect, test } from 'vitest';
import { createGatekeeper, type RulesEvent } from '../../../server-lib/index.ts';
import { errorLog } from '../../fakes/error-log.ts';
import { fakeRulesSource } from '../../fakes/fake-rules-source.ts';
import { unhandledRejections } from '../../helpers/unhandled-rejections.ts';

const flags = {
  A: { variants: ['ON', 'OFF'], default: 'OFF' },
  B: { variants: ['ON', 'OFF'], default: 'OFF' },
  C: { variants: ['LOW', 'HIGH'], values: { LOW: 1, HIGH: 2 }, default: 'LOW' },
} as const;
const rule = (defaultVariant: string, more: object = {}) => ({
  state: 'ENABLED',
  variants: { ON: 'ON', OFF: 'OFF' },
  defaultVariant,
  ...more,
});
const document = (rules: object): string => JSON.stringify({ flags: rules });

function followed(first?: unknown) {
  const log = errorLog();
  const source = fakeRulesSource(first);
  const keeper = createGatekeeper({ flags, rules: source, ...log });
  const events: RulesEvent[] = [];
  const stop = keeper.onRulesChange((event) => events.push(event));
  return { source, keeper, events, stop, log };
}

const BEFORE = { A: rule('ON'), B: rule('ON', { targeting: { if: [true, 'OFF'] } }) };

test.each([
  ['a new rule', { ...BEFORE, C: { state: 'DISABLED' } }, ['C']],
  ['a rule that is gone', { A: BEFORE.A }, ['B']],
  ['another default', { ...BEFORE, A: rule('OFF') }, ['A']],
  ['another targeting', { ...BEFORE, B: rule('ON', { targeting: { if: [false, 'OFF'] } }) }, ['B']],
  ['a kill switch', { ...BEFORE, A: rule('ON', { state: 'DISABLED' }) }, ['A']],
  ['an evaluator', { ...BEFORE, B: rule('ON', { targeting: { if: [{ $ref: 'yes' }, 'OFF'] } }) }, ['B']],
  ['a rule that cannot be used', { ...BEFORE, A: rule('ON', { targeting: { no_such_operator: [] } }) }, ['A']],
  ['several changes, in the order of the code', { B: rule('OFF'), A: rule('OFF') }, ['A', 'B']],
  ['a flag that the code does not have', { ...BEFORE, GONE: rule('ON') }, []],
  ['other metadata and another order', { B: BEFORE.B, A: { ...BEFORE.A, metadata: { team: 'web' } } }, []],
])('after a document with %s, the listener gets the names of the changed flags', (_, rules, flagsChanged) => {
  const { source, events } = followed(document(BEFORE));

  source.publish(JSON.stringify({ flags: rules, $evaluators: { yes: { '==': [1, 1] } } }), 'second');

  expect(events).toEqual([{ kind: 'changed', revision: 'second', flagsChanged }]);
});

test('a changed value is a change, and a request of the listener uses it', () => {
  const low = (value: number) => ({
    C: { state: 'ENABLED', variants: { LOW: value, HIGH: 100 }, defaultVariant: 'LOW' },
  });
  const source = fakeRulesSource(document(low(10)));
  const keeper = createGatekeeper({ flags, rules: source });
  const seen: unknown[] = [];
  keeper.onRulesChange((event) => seen.push(event.kind, keeper.gateFor().ffValue('C')));

  source.publish(document(low(20)));

  expect(seen).toEqual(['changed', 20]);
});

test('the first document of a source that had none is a change', () => {
  const { source, events } = followed();

  source.publish(document(BEFORE), 'first');

  expect(events).toEqual([{ kind: 'changed', revision: 'first', flagsChanged: ['A', 'B'] }]);
});

test('a failure and a recovery are one event each, and a change after a failure needs no other event', () => {
  const { source, events } = followed(document(BEFORE));

  source.fail('the file is gone');
  source.recover();
  source.fail('the file is gone again');
  source.publish(document({ A: rule('OFF') }));

  expect(events.map(({ kind }) => kind)).toEqual(['failed', 'recovered', 'failed', 'changed']);
  expect(events[0]).toEqual({ kind: 'failed', error: expect.objectContaining({ message: 'the file is gone' }) });
});

test('the same document after a failure is a recovery', () => {
  const { source, events } = followed(document(BEFORE));

  source.fail('the file is gone');
  source.publish(document(BEFORE));

  expect(events.map(({ kind }) => kind)).toEqual(['failed', 'recovered']);
});

test('a refused document is a failure, until another one is in force', () => {
  const { source, keeper, events } = followed(document(BEFORE));

  source.publish('{"flags":');
  source.recover();
  const health = keeper.health();
  source.publish(document(BEFORE));

  expect(events.map(({ kind }) => kind)).toEqual(['failed', 'changed']);
  expect(health.lastError).toContain('line 1, column 10');
  expect(keeper.health()).not.toHaveProperty('lastError');
});

test('a listener that is added after a failure gets it at once, and none after the recovery', () => {
  const { source, keeper } = followed(document(BEFORE));
  const kinds: string[] = [];
  const listen = () => keeper.onRulesChange(({ kind }) => kinds.push(kind))();

  source.fail('the file is gone');
  listen();
  source.recover();
  listen();

  expect(kinds).toEqual(['failed']);
});

test('a removed listener and a closed keeper get no events; the same function added twice gets each event twice', async () => {
  const { source, keeper, events, stop } = followed(document(BEFORE));
  let calls = 0;
  const count = (): void => {
    calls += 1;
  };
  const stopOne = keeper.onRulesChange(count);
  keeper.onRulesChange(count);

  stop();
  source.fail('the file is gone');
  stopOne();
  source.recover();
  await keeper.close();
  source.fail('the file is gone');

  expect([events.length, calls]).toEqual([0, 3]);
});

test('a listener that throws or rejects is reported, and the others are called', async () => {
  const { source, keeper, events, log } = followed(document(BEFORE));
  keeper.onRulesChange(() => {
    throw new Error('out of order');
  });
  keeper.onRulesChange(async () => {
    throw new Error('out of order');
  });
  const kinds: string[] = [];
  keeper.onRulesChange(({ kind }) => kinds.push(kind));

  const rejections = await unhandledRejections(() => source.publish(document({})));

  expect(rejections).toEqual([]);
  expect([...kinds, ...events.map(({ kind }) => kind)]).toEqual(['changed', 'changed']);
  expect(log.errors.map(({ code, message }) => [code, message])).toEqual([
    ['ERR_GK_ON_RULES_CHANGE', 'a listener of onRulesChange threw'],
    ['ERR_GK_ON_RULES_CHANGE', 'a listener of onRulesChange rejected'],
  ]);
});

test('rules that never change send no events', () => {
  const kinds: string[] = [];

  for (const rules of [undefined, document(BEFORE)]) {
    const keeper = createGatekeeper({ flags, ...(rules === undefined ? {} : { rules }) });
    keeper.onRulesChange(({ kind }) => kinds.push(kind))();
  }

  expect(kinds).toEqual([]);
});

test('a listener must be a function', () => {
  const keeper = createGatekeeper({ flags });

  expect(() => keeper.onRulesChange('changed' as never)).toThrow(
    'onRulesChange: expected a function; got a string of 7 characters',
  );
});
