import { expectTypeOf } from 'vitest';
import { boundGate } from '../../server-lib/core/request/gate.ts';
import {
  createGatekeeper,
  defineFlags,
  type Evaluation,
  type FlagDefinition,
  type FlagDefinitions,
  type FlagValue,
} from '../../server-lib/index.ts';

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

interface Theme {
  readonly accent: string;
}
const themes: { readonly DAY: Theme; readonly NIGHT: Theme } = { DAY: { accent: '#c00' }, NIGHT: { accent: '#f88' } };
const elsewhere: FlagDefinition<'ON' | 'OFF'> = { variants: ['ON', 'OFF'], values: { ON: 1, OFF: 0 }, default: 'ON' };
const valued = createGatekeeper({
  flags: defineFlags({
    LIMIT: { variants: ['LOW', 'HIGH'], values: { LOW: 10, HIGH: 100 }, default: 'LOW' },
    PAID: { variants: ['YES', 'NO'], values: { YES: true, NO: false }, default: 'NO' },
    COPY: { variants: ['SHORT', 'LONG'], values: { SHORT: 'Buy', LONG: 'Buy it now' }, default: 'SHORT' },
    PAGE: { variants: ['A', 'B'], values: { A: { columns: [1, 2] }, B: { columns: [] } }, default: 'A' },
    THEME: { variants: ['DAY', 'NIGHT'], values: themes, default: 'DAY' },
    PLAIN: { variants: ['ON', 'OFF'], default: 'OFF' },
    ELSEWHERE: elsewhere,
  }),
}).gateFor();

expectTypeOf(valued.ffValue('LIMIT')).toEqualTypeOf<10 | 100>();
expectTypeOf(valued.ffValue('LIMIT', { userId: 7 })).toEqualTypeOf<10 | 100>();
expectTypeOf(valued.getFeatureFlagValue('LIMIT')).toEqualTypeOf<10 | 100>();
expectTypeOf(boundGate(valued).ffValue('LIMIT')).toEqualTypeOf<10 | 100>();
expectTypeOf(valued.ffValue('PAID')).toEqualTypeOf<boolean>();
expectTypeOf(valued.ffValue('COPY')).toEqualTypeOf<'Buy' | 'Buy it now'>();
expectTypeOf(valued.ffValue('PAGE').columns).toEqualTypeOf<readonly [1, 2] | readonly []>();
expectTypeOf(valued.ffValue('THEME')).toEqualTypeOf<Theme>();
expectTypeOf(valued.ffValue('PLAIN')).toEqualTypeOf<'ON' | 'OFF'>();
expectTypeOf(valued.ffValue('ELSEWHERE')).toEqualTypeOf<FlagValue>();
expectTypeOf(valued.ffValue('LIMIT' as 'LIMIT' | 'PLAIN')).toEqualTypeOf<10 | 100 | 'ON' | 'OFF'>();
expectTypeOf(valued.ffVariant('LIMIT')).toEqualTypeOf<'LOW' | 'HIGH'>();
expectTypeOf(valued.explain('LIMIT')).toEqualTypeOf<Evaluation<'LOW' | 'HIGH', 10 | 100>>();
expectTypeOf(valued.evaluations()[0]?.value).toEqualTypeOf<FlagValue | undefined>();

// @ts-expect-error no flag of this name
valued.ffValue('LIMTI');
// @ts-expect-error the value is a number
export const wrongType: string = valued.ffValue('LIMIT');
// @ts-expect-error the value is 10 or 100
export const wrongValue: 10 | 99 = valued.ffValue('LIMIT');
// @ts-expect-error a comparison that can never be true
if (valued.ffValue('LIMIT') === 'HIGH') throw new Error();
// @ts-expect-error a value is read-only
valued.ffValue('PAGE').columns = [];
// @ts-expect-error the second argument is an object
valued.ffValue('LIMIT', 7);

// Flags that are passed to createGatekeeper without defineFlags.
const inline = createGatekeeper({
  flags: {
    LIMIT: { variants: ['LOW', 'HIGH'], values: { LOW: 10, HIGH: 100 }, default: 'LOW' },
    PLAIN: { variants: ['ON', 'OFF'], default: 'OFF' },
  },
}).gateFor();
expectTypeOf(inline.ffValue('LIMIT')).toEqualTypeOf<10 | 100>();
expectTypeOf(inline.ffValue('PLAIN')).toEqualTypeOf<'ON' | 'OFF'>();

const anyFlags = createGatekeeper<FlagDefinitions>({ flags }).gateFor();
expectTypeOf(anyFlags.ffValue('ANY')).toEqualTypeOf<FlagValue | undefined>();
