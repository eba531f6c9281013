import { afterEach, expect, test, vi } from 'vitest';
import { createGatekeeper, type FlagDefinition } from '../../../server-lib/index.ts';
import { errorLog } from '../../fakes/error-log.ts';
import { fakeRulesSource } from '../../fakes/fake-rules-source.ts';

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

test('rules that a source has at the start hold from the first request', () => {
  const keeper = createGatekeeper({ flags, rules: fakeRulesSource(document('ON')) });

  expect(keeper.gateFor().explain('A')).toMatchObject({ variant: 'ON', source: 'rule' });
});

test('until a source has rules the code decides; a change holds for the next request', async () => {
  const source = fakeRulesSource();
  const keeper = createGatekeeper({ flags, rules: source });
  const before = keeper.gateFor().ffVariant('A');

  source.publish(JSON.stringify(document('ON')));
  await keeper.ready;

  expect([before, keeper.gateFor().ffVariant('A')]).toEqual(['OFF', 'ON']);
});

test('a request sees one revision of the rules, in its manifest too', () => {
  const source = fakeRulesSource(document('ON'));
  const keeper = createGatekeeper({ flags, rules: source });
  const gate = keeper.gateFor({ mayOverride: true });
  const next = keeper.gateFor({ mayOverride: true });

  const a = gate.ffVariant('A');
  source.publish(document('OFF'));

  expect([a, gate.ffVariant('B'), next.ffVariant('A')]).toEqual(['ON', 'ON', 'OFF']);
  expect(keeper.manifestFor(gate).revision).not.toBe(keeper.manifestFor(next).revision);
});

test('the rules by which a request was let override are the rules of its flags', () => {
  const source = fakeRulesSource(document('ON'));
  const keeper = createGatekeeper({ flags, rules: source });
  const gate = keeper.gateFor();

  const asked = gate.withoutOverrides(() => gate.ffVariant('A'));
  source.publish(document('OFF'));

  expect([asked, gate.ffVariant('A')]).toEqual(['ON', 'ON']);
});

test('a document that is refused leaves the last good one in force, and says why until a good one comes', () => {
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

test('a source that fails is reported, and what it gave before holds', () => {
  const log = errorLog();
  const source = fakeRulesSource(document('ON'));
  const keeper = createGatekeeper({ flags, rules: source, onError: log.onError });

  source.fail('the file is gone');

  expect(keeper.gateFor().ffVariant('A')).toBe('ON');
  expect(log.codes).toEqual(['ERR_GK_RULES_SOURCE']);
  expect(keeper.health()).toEqual({ revision: 'r1', age: 3, lastError: 'the file is gone' });
});

test('an empty document clears: the code decides again', () => {
  const source = fakeRulesSource(document('ON'));
  const keeper = createGatekeeper({ flags, rules: source });

  source.publish('{"flags":{}}');

  expect(keeper.gateFor().explain('A')).toMatchObject({ variant: 'OFF', source: 'default' });
});

test('notices come once for each revision, not for each request', () => {
  const log = errorLog();
  const source = fakeRulesSource({ flags: { GONE: flag('ON') } });
  const keeper = createGatekeeper({ flags, rules: source, onError: log.onError });

  for (let request = 0; request < 5; request++) keeper.gateFor().ff('A', 'ON');
  source.publish({ flags: { GONE: flag('OFF') } });

  expect(log.codes).toEqual(['ERR_GK_RULES_NOTICE', 'ERR_GK_RULES_NOTICE']);
});

test('a keeper whose source stays silent is ready after two seconds', async () => {
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

test('a keeper without rules is ready, has nothing to say of its health and can be closed', async () => {
  const keeper = createGatekeeper({ flags });

  await keeper.ready;
  await keeper.close();

  expect(keeper.health()).toEqual({});
});

test('a closed keeper has closed its source, hears no more of it, and answers as before', async () => {
  const source = fakeRulesSource(document('ON'));
  const keeper = createGatekeeper({ flags, rules: source });

  await keeper.close();
  source.publish(document('OFF'));

  expect(source.isClosed).toBe(true);
  expect(keeper.gateFor().ffVariant('A')).toBe('ON');
});

test('100,000 requests while the rules change 200 times a second: none sees two answers for one flag, nor two revisions', async () => {
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
  // All flags of a revision say the same to everybody: two that differ came from two revisions.
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
    change(); // while all of them are under way
    await Promise.all(batch);
    if (user % 10_000 === 0) await new Promise((later) => setTimeout(later, 5));
  }
  clearInterval(timer);

  expect(torn).toBe(0);
  expect([...seen].sort()).toEqual(['OFF', 'ON']);
  expect(changes).toBeGreaterThan(200);
});
