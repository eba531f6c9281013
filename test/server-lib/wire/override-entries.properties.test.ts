import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileFlags } from '../../../server-lib/core/options.ts';
import { type ResolvedOverrides, resolveOverrides } from '../../../server-lib/core/overrides.ts';
import {
  anyEntries,
  goodEntries,
  inOrder,
  jsonOf,
  octetsOf,
  ranks,
  strangeEntries,
} from '../../support/cookie-entries.ts';
import { patience, runs } from '../../support/fuzz.ts';
import { COOKIE_SITE } from '../../support/hostile-cookies.ts';

const flags = compileFlags(COOKIE_SITE.flags);
const resolve = (value: string): ResolvedOverrides => resolveOverrides(value, 'gatekeeper', flags);

test('the order of entries changes nothing', { timeout: patience() }, () => {
  const outcome = (value: string) => {
    const { applied, ignored } = resolve(value);
    return [...applied.values(), ...ignored].map((one) => JSON.stringify(one)).sort();
  };

  fc.assert(
    fc.property(anyEntries, ranks, (members, order) => {
      fc.pre(jsonOf(members).length < 4_000);

      expect(outcome(octetsOf(jsonOf(inOrder(members, order))))).toEqual(outcome(octetsOf(jsonOf(members))));
    }),
    runs(10_000),
  );
});

test('entries of unknown flags never change known ones', { timeout: patience() }, () => {
  fc.assert(
    fc.property(goodEntries, strangeEntries, fc.boolean(), (members, others, first) => {
      const alone = resolve(jsonOf(members));
      const together = resolve(octetsOf(jsonOf(first ? [...others, ...members] : [...members, ...others])));
      fc.pre(together.problem === undefined);

      expect(together.applied).toEqual(alone.applied);
      expect(together.ignored.length).toBe(alone.ignored.length + others.length);
    }),
    runs(10_000),
  );
});

test('a bad entry never changes its siblings', { timeout: patience() }, () => {
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

      const { applied, ignored } = resolve(octetsOf(jsonOf(first ? members : members.toReversed())));

      expect([...applied].map(([flag, answer]) => [flag, answer.variant])).toEqual([['FLAG_B', variant]]);
      expect(ignored.map(({ flag }) => flag)).toEqual(['FLAG_A']);
    }),
    runs(5_000),
  );
});
