import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileFlags } from '../../../server-lib/core/flags/compiled-flag.ts';
import { type ResolvedOverrides, resolveOverrides } from '../../../server-lib/core/overrides/overrides.ts';
import { readSimulation } from '../../../server-lib/core/overrides/simulation.ts';
import {
  anyEntries,
  contextEntries,
  goodEntries,
  inOrder,
  jsonOf,
  latin1Of,
  ranks,
  unknownEntries,
} from '../../arbitraries/cookie-entries.ts';
import { propertyTimeout, runs } from '../../arbitraries/mutations.ts';
import { COOKIE_SITE } from '../../helpers/protocol/hostile-cookies.ts';

const flags = compileFlags(COOKIE_SITE.flags);
const resolve = (value: string): ResolvedOverrides =>
  resolveOverrides(value, 'gatekeeper', flags, readSimulation(undefined));

test('the order of entries changes nothing', { timeout: propertyTimeout() }, () => {
  const outcome = (value: string) => {
    const { applied, ignored } = resolve(value);
    return [...applied.values(), ...ignored].map((one) => JSON.stringify(one)).sort();
  };

  fc.assert(
    fc.property(anyEntries, ranks, (members, order) => {
      fc.pre(jsonOf(members).length < 4_000);

      expect(outcome(latin1Of(jsonOf(inOrder(members, order))))).toEqual(outcome(latin1Of(jsonOf(members))));
    }),
    runs(10_000),
  );
});

test('entries of unknown flags never change known ones', { timeout: propertyTimeout() }, () => {
  fc.assert(
    fc.property(goodEntries, unknownEntries, fc.boolean(), (members, others, first) => {
      const alone = resolve(jsonOf(members));
      const together = resolve(latin1Of(jsonOf(first ? [...others, ...members] : [...members, ...others])));
      fc.pre(together.problem === undefined);

      expect(together.applied).toEqual(alone.applied);
      expect(together.ignored.length).toBe(alone.ignored.length + others.length);
    }),
    runs(10_000),
  );
});

test('a simulated context never changes the overrides, and each entry of it is simulated or ignored', {
  timeout: propertyTimeout(),
}, () => {
  const simulation = readSimulation({ userId: true, time: true, attributes: { country: ['DE', 'NL'] } });

  fc.assert(
    fc.property(goodEntries, contextEntries, ranks, (members, context, order) => {
      const value = latin1Of(jsonOf(inOrder([...members, ...context], order)));

      const { applied, simulated, ignored, problem } = resolveOverrides(value, 'gatekeeper', flags, simulation);
      fc.pre(problem === undefined);

      expect(new Map(applied)).toEqual(new Map(resolve(jsonOf(members)).applied));
      const { user, time, attributes = new Map() } = simulated ?? {};
      const used = [...attributes.keys(), ...(user === undefined ? [] : ['user']), ...(time ? ['time'] : [])];
      const names = [...used.map((name) => `@${name}`), ...ignored.map(({ flag }) => flag)];
      const own = new Set(members.map(([name]) => name));
      expect(names.filter((name) => !own.has(name)).sort()).toEqual(context.map(([name]) => name).sort());
    }),
    runs(5_000),
  );
});

test('an invalid entry never changes the others', { timeout: propertyTimeout() }, () => {
  const bad = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }).filter((value) => typeof value !== 'string'),
    fc.string().filter((text) => text !== 'ON' && text !== 'OFF'),
  );

  fc.assert(
    fc.property(bad, fc.constantFrom('ONE', 'TWO', 'THREE'), fc.boolean(), (value, variant, first) => {
      const members = [
        ['FLAG_A', value],
        ['FLAG_B', variant],
      ] as const;

      const { applied, ignored } = resolve(latin1Of(jsonOf(first ? members : members.toReversed())));

      expect([...applied].map(([flag, answer]) => [flag, answer.variant])).toEqual([['FLAG_B', variant]]);
      expect(ignored.map(({ flag }) => flag)).toEqual(['FLAG_A']);
    }),
    runs(5_000),
  );
});
