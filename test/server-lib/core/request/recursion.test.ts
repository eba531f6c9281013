import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createGatekeeper,
  type FlagDefinition,
  type FlagDefinitions,
  type Gatekeeper,
} from '../../../../server-lib/index.ts';
import { type ErrorLog, errorLog } from '../../../fakes/error-log.ts';

type AnyGate = ReturnType<Gatekeeper<FlagDefinitions>['gateFor']>;

/** A gate whose flags evaluate those in `asks` before they return ON. */
function gateOf(asks: Readonly<Record<string, readonly string[]>>, log: ErrorLog = errorLog()): AnyGate {
  const flags = Object.entries(asks).map(([name, others]) => {
    const decide = () => {
      for (const other of others) gate.ff(other, 'ON');
      return 'ON';
    };
    return [name, { variants: ['ON', 'OFF'], default: 'OFF', decide } satisfies FlagDefinition] as const;
  });
  const gate: AnyGate = createGatekeeper<FlagDefinitions>({ flags: Object.fromEntries(flags), ...log }).gateFor();
  return gate;
}

test('a decide that evaluates its own flag gives the default and one error report', () => {
  const log = errorLog();
  const gate = gateOf({ SELF: ['SELF'], OTHER: [] }, log);

  expect(gate.explain('SELF')).toMatchObject({ variant: 'OFF', source: 'error', errorCode: 'GENERAL' });
  expect(gate.ff('OTHER', 'ON')).toBe(true);
  expect(log.errors).toEqual([expect.objectContaining({ code: 'ERR_GK_DECIDE_RECURSION', flag: 'SELF' })]);
});

test.each(['A', 'B', 'C', 'OUTSIDE'])('a cycle of three gives three defaults if %s is evaluated first', (first) => {
  const log = errorLog();
  const gate = gateOf({ A: ['B'], B: ['C'], C: ['A', 'LEAF'], OUTSIDE: ['A'], LEAF: [] }, log);

  gate.ff(first, 'ON');

  for (const name of ['A', 'B', 'C']) {
    expect(gate.explain(name)).toMatchObject({ variant: 'OFF', source: 'error', errorCode: 'GENERAL' });
  }
  expect([gate.ffVariant('OUTSIDE'), gate.ffVariant('LEAF')]).toEqual(['ON', 'ON']);
  expect(log.codes).toEqual(Array(3).fill('ERR_GK_DECIDE_RECURSION'));
  expect(log.errors.map(({ flag }) => flag).sort()).toEqual(['A', 'B', 'C']);
});

test('in a cycle with flags around it, the order of evaluation changes no variant', () => {
  const ring = fc.integer({ min: 1, max: 5 });
  const tails = fc.array(fc.nat(20), { maxLength: 5 });
  fc.assert(
    fc.property(ring, tails, fc.infiniteStream(fc.nat()), (length, hangsOn, random) => {
      const asks: Record<string, string[]> = {};
      for (let n = 0; n < length; n++) asks[`R${n}`] = [`R${(n + 1) % length}`];
      // Each further flag evaluates an earlier one.
      for (const [n, target] of hangsOn.entries()) asks[`T${n}`] = [Object.keys(asks)[target % (length + n)] as string];
      const names = Object.keys(asks);
      const order = names.map((name) => ({ name, at: random.next().value })).sort((a, b) => a.at - b.at);
      const gate = gateOf(asks);

      for (const { name } of order) gate.ff(name, 'ON');

      expect(names.map((name) => gate.ffVariant(name))).toEqual(names.map((name) => (name[0] === 'R' ? 'OFF' : 'ON')));
    }),
  );
});

test('a decide that ignores the result is still part of the cycle', () => {
  const log = errorLog();
  const decide = () => {
    try {
      gate.ff('A', 'ON');
    } catch {}
    throw new Error('and then fails');
  };
  const flags = { A: { variants: ['ON', 'OFF'], default: 'OFF', decide } };
  const gate: AnyGate = createGatekeeper<FlagDefinitions>({ flags, ...log }).gateFor();

  expect(gate.ffVariant('A')).toBe('OFF');
  expect(log.codes).toEqual(['ERR_GK_DECIDE_RECURSION']);
});

test('a decide may evaluate its own flag for another user', () => {
  const log = errorLog();
  const flags = {
    FAMILY: {
      variants: ['ON', 'OFF'],
      default: 'OFF',
      users: { ON: ['mother'] },
      decide: () => gate.ffVariant('FAMILY', { userId: 'mother' }),
    },
  };
  const gate: AnyGate = createGatekeeper<FlagDefinitions>({ flags, ...log }).gateFor({ userId: 'child' });

  expect(gate.explain('FAMILY')).toMatchObject({ variant: 'ON', source: 'code' });
  expect(log.errors).toEqual([]);
});

test('an endless chain of users ends with the stack, with one error report and no exception', () => {
  const log = errorLog();
  const decide = ({ userId }: { readonly userId: unknown }) => gate.ffVariant('CHAIN', { userId: Number(userId) + 1 });
  const flags = { CHAIN: { variants: ['ON', 'OFF'], default: 'OFF', decide } };
  const gate: AnyGate = createGatekeeper<FlagDefinitions>({ flags, ...log }).gateFor({ userId: 1 });

  expect(gate.ffVariant('CHAIN')).toBe('OFF');
  expect(log.errors).toHaveLength(1);
});

test('the cycle of one request does not affect another', () => {
  const decide = ({ userId }: { readonly userId: unknown }) =>
    userId === 2 ? 'ON' : keeper.gateFor({ userId: 2 }).ffVariant('A');
  const flags = { A: { variants: ['ON', 'OFF'], default: 'OFF', decide } };
  const keeper: Gatekeeper<FlagDefinitions> = createGatekeeper<FlagDefinitions>({ flags });

  expect(keeper.gateFor({ userId: 1 }).ffVariant('A')).toBe('ON');
});
