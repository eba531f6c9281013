import type { FlagKeyOf } from 'gatekeeper-flags/openfeature';
import type { flags } from './flags.js';

declare module '@openfeature/core' {
  export type BooleanFlagKey = FlagKeyOf<typeof flags, boolean>;
  export type NumberFlagKey = FlagKeyOf<typeof flags, number>;
  export type StringFlagKey = FlagKeyOf<typeof flags, string>;
  export type ObjectFlagKey = FlagKeyOf<typeof flags, object>;
}
