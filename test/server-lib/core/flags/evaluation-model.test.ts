import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGatekeeper, type FlagDefinition } from '../../../../server-lib/index.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';

const NAMES = ['A', 'B', 'C', 'constructor', '__proto__'];
const VARIANTS = ['ON', 'OFF', 'HALF'];

const variant = fc.constantFrom(...VARIANTS);
const flag = fc.record(
  {
    default: variant,
    listed: variant,
    ids: fc.array(fc.nat(3)),
    code: fc.option(variant, { nil: undefined }),
    overridable: fc.boolean(),
  },
  { requiredKeys: ['default'] },
);
const world = fc.record({
  flags: fc.dictionary(fc.constantFrom('A', 'B', 'C', 'constructor'), flag),
  cookie: fc.dictionary(fc.constantFrom(...NAMES), fc.oneof(variant, fc.constantFrom('GONE', 7, null, ['ON']))),
  userId: fc.option(fc.nat(3), { nil: undefined }),
  mayOverride: fc.boolean(),
});

type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

/** The order of evaluation (docs/protocol.md section 2), as short as possible. */
function expected({ flags, cookie, userId, mayOverride }: World, name: string): string | undefined {
  const flag = flags[name];
  if (flag === undefined || !Object.hasOwn(flags, name)) return undefined;
  const chosen = Object.hasOwn(cookie, name) ? cookie[name] : undefined;
  if (mayOverride && flag.overridable !== false && VARIANTS.includes(chosen as string)) return `${chosen} override`;
  if (flag.listed !== undefined && userId !== undefined && flag.ids?.includes(userId)) return `${flag.listed} user`;
  if (flag.code !== undefined) return `${flag.code} code`;
  return `${flag.default} default`;
}

test('the order of evaluation holds for any definitions, cookie and user, in whatever order flags are evaluated', () => {
  fc.assert(
    fc.property(world, fc.shuffledSubarray(NAMES, { minLength: NAMES.length }), (given, order) => {
      const definitions = Object.entries(given.flags).map(([name, { listed, ids = [], code, ...rest }]) => {
        const lists = listed === undefined ? {} : { users: { [listed]: ids } };
        return [name, { variants: VARIANTS, ...rest, ...lists, decide: () => code } satisfies FlagDefinition] as const;
      });
      const keeper = createGatekeeper({ flags: Object.fromEntries(definitions), onError: () => {} });
      const { userId, mayOverride } = given;

      const gate = keeper.gateFor({ cookie: overrideCookie(given.cookie), userId, mayOverride });

      for (const name of order) {
        const evaluation = gate.explain(name);
        expect(evaluation && `${evaluation.variant} ${evaluation.source}`).toBe(expected(given, name));
        expect(gate.ffVariant(name)).toBe(evaluation?.variant);
      }
    }),
    { numRuns: 2_000 },
  );
});
