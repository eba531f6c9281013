import type { Application, Request } from 'express';
import { expectTypeOf } from 'vitest';
import type {} from '../../server-lib/express.ts';
import {
  type Attributes,
  defineFlags,
  type FlagDefinition,
  type FlagDefinitions,
  type UserId,
} from '../../server-lib/index.ts';

export const flags = defineFlags({
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC', users: { ONE_PAGE: [7, 'ann'] } },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT', decide: ({ userId }) => (userId ? 'FUZZY' : undefined) },
});

expectTypeOf(flags.SEARCH.variants).toEqualTypeOf<readonly ('EXACT' | 'FUZZY')[]>();
expectTypeOf<keyof typeof flags>().toEqualTypeOf<'CHECKOUT' | 'SEARCH'>();
expectTypeOf(flags).toExtend<FlagDefinitions>();
expectTypeOf(flags.SEARCH).toEqualTypeOf<FlagDefinition<'EXACT' | 'FUZZY', never>>();

defineFlags({
  // @ts-expect-error the default is not one of the variants
  A: { variants: ['ON', 'OFF'], default: 'NO' },
});
defineFlags({
  // @ts-expect-error the default is missing
  A: { variants: ['ON', 'OFF'] },
});
defineFlags({
  // @ts-expect-error the variants are missing
  A: { default: 'ON' },
});
defineFlags({
  // @ts-expect-error the variant in `users` does not exist
  A: { variants: ['ON', 'OFF'], default: 'OFF', users: { NO: [1] } },
});
defineFlags({
  // @ts-expect-error an id is a string or a number
  A: { variants: ['ON', 'OFF'], default: 'OFF', users: { ON: [true] } },
});
defineFlags({
  // @ts-expect-error `decide` is synchronous
  A: { variants: ['ON', 'OFF'], default: 'OFF', decide: async () => 'ON' as const },
});
defineFlags({
  // @ts-expect-error the variant that `decide` returns does not exist
  A: { variants: ['ON', 'OFF'], default: 'OFF', decide: () => 'NO' },
});
defineFlags({
  // @ts-expect-error `decide` returns undefined, not null
  A: { variants: ['ON', 'OFF'], default: 'OFF', decide: () => null },
});
defineFlags({
  // @ts-expect-error a misspelt field
  A: { variants: ['ON', 'OFF'], default: 'OFF', overidable: false },
});
defineFlags({
  // @ts-expect-error `overridable` is a boolean
  A: { variants: ['ON', 'OFF'], default: 'OFF', overridable: 'false' },
});

defineFlags({
  // @ts-expect-error OFF has no value
  A: { variants: ['ON', 'OFF'], default: 'OFF', values: { ON: 1 } },
});
defineFlags({
  // @ts-expect-error a value for a variant that does not exist
  A: { variants: ['ON', 'OFF'], default: 'OFF', values: { ON: 1, OFF: 2, OF: 3 } },
});
defineFlags({
  // @ts-expect-error two types of values
  A: { variants: ['ON', 'OFF'], default: 'OFF', values: { ON: 1, OFF: '2' } },
});
defineFlags({
  // @ts-expect-error a list is no value
  A: { variants: ['ON', 'OFF'], default: 'OFF', values: { ON: [1], OFF: [2] } },
});
defineFlags({
  // @ts-expect-error null is no value
  A: { variants: ['ON', 'OFF'], default: 'OFF', values: { ON: null, OFF: null } },
});
defineFlags({
  // @ts-expect-error an object with a function is not JSON
  A: { variants: ['ON', 'OFF'], default: 'OFF', values: { ON: { at: 1 }, OFF: { at: () => 1 } } },
});
defineFlags({
  // @ts-expect-error a Date is not JSON
  A: { variants: ['ON', 'OFF'], default: 'OFF', values: { ON: { at: new Date() }, OFF: { at: new Date() } } },
});

// Values that are not literals keep their declared type.
interface Limits {
  readonly perDay: number;
  readonly note?: string;
}
const limits: { readonly LOW: Limits; readonly HIGH: Limits } = { LOW: { perDay: 1 }, HIGH: { perDay: 9 } };
const declared = defineFlags({ LIMITS: { variants: ['LOW', 'HIGH'], values: limits, default: 'LOW' } });
expectTypeOf(declared).toExtend<FlagDefinitions>();

// A flag that was declared elsewhere, and flags that are only known at run time.
const elsewhere: FlagDefinition<'ON' | 'OFF'> = { variants: ['ON', 'OFF'], values: { ON: 1, OFF: 0 }, default: 'ON' };
expectTypeOf(defineFlags({ elsewhere })).toExtend<FlagDefinitions>();
expectTypeOf(defineFlags({} as FlagDefinitions)).toExtend<FlagDefinitions>();

// With the Express entry in the program, `decide` gets Express's types.
defineFlags({
  A: {
    variants: ['ON', 'OFF'],
    default: 'OFF',
    decide: ({ userId, attributes, request, app }) => {
      expectTypeOf(userId).toEqualTypeOf<UserId | undefined>();
      expectTypeOf(attributes).toEqualTypeOf<Attributes>();
      expectTypeOf(request).toEqualTypeOf<Request>();
      expectTypeOf(app).toEqualTypeOf<Application>();
      return 'ON';
    },
  },
});
