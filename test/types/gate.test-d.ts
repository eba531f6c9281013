import { expectTypeOf } from 'vitest';
import { createGatekeeper, defineFlags, type Evaluation } from '../../server-lib/index.ts';

const flags = defineFlags({
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
});
const keeper = createGatekeeper({ flags });
const gate = keeper.gateFor({ userId: 7 });

expectTypeOf(gate.ff('SEARCH', 'FUZZY')).toEqualTypeOf<boolean>();
expectTypeOf(gate.ffVariant('SEARCH')).toEqualTypeOf<'EXACT' | 'FUZZY'>();
expectTypeOf(gate.ffVariant('SEARCH', { userId: 'ann' })).toEqualTypeOf<'EXACT' | 'FUZZY'>();
expectTypeOf(gate.getFeatureFlagVariant('CHECKOUT')).toEqualTypeOf<'CLASSIC' | 'ONE_PAGE'>();
expectTypeOf(gate.explain('SEARCH')).toEqualTypeOf<Evaluation<'EXACT' | 'FUZZY'>>();
expectTypeOf(gate.browserOverrides()).toEqualTypeOf<{
  readonly CHECKOUT?: 'CLASSIC' | 'ONE_PAGE';
  readonly SEARCH?: 'EXACT' | 'FUZZY';
}>();
expectTypeOf(gate.usedScript()).toEqualTypeOf<string>();
expectTypeOf(keeper.flags.SEARCH.variants).toEqualTypeOf<readonly ('EXACT' | 'FUZZY')[]>();

// @ts-expect-error no flag of this name
gate.ff('SAERCH', 'FUZZY');
// @ts-expect-error no variant of this name
gate.ff('SEARCH', 'FUZY');
// @ts-expect-error FUZZY belongs to SEARCH
gate.ff('CHECKOUT', 'FUZZY');
// @ts-expect-error FUZZY belongs to SEARCH
gate.featureFlag('CHECKOUT', 'FUZZY');
// @ts-expect-error no flag of this name
gate.ffVariant('SAERCH');
// @ts-expect-error an id is a string or a number
gate.ffVariant('SEARCH', { userId: { id: 7 } });
// @ts-expect-error the second argument is an object
gate.ffVariant('SEARCH', 7);
// @ts-expect-error no flag of this name
gate.explain('SAERCH');

gate.setBrowserOverrideVariant('SEARCH', '');
// @ts-expect-error FUZZY belongs to SEARCH
gate.setBrowserOverrideVariant('CHECKOUT', 'FUZZY');

// @ts-expect-error a comparison that can never be true
if (gate.ffVariant('SEARCH') === 'ONE_PAGE') throw new Error();

// An evaluation is read-only.
// @ts-expect-error readonly
gate.explain('SEARCH').variant = 'FUZZY';

// @ts-expect-error an id is a string or a number
keeper.gateFor({ userId: { id: 7 } });
// @ts-expect-error `cookie` is the raw header, not the parsed cookies
keeper.gateFor({ cookie: { gatekeeper: '{}' } });
// @ts-expect-error `mayOverride` is synchronous
keeper.gateFor({ mayOverride: Promise.resolve(true) });
