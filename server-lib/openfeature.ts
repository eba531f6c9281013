import type { FlagDefinitions, FlagName, ValueOf } from './core/flags/flag.ts';

export { withBrowserOverrides } from './openfeature/browser-overrides.ts';
export {
  type FlagdDocument,
  type FlagsOfFlagd,
  type FlagsOfOpenFeature,
  flagsFromFlagd,
  flagsFromOpenFeature,
  type ImportOptions,
  type OpenFeatureManifest,
} from './openfeature/imported-flags.ts';
export { GatekeeperProvider } from './openfeature/provider.ts';
export { contextOf, type TransactionContextMiddleware, transactionContext } from './openfeature/request-context.ts';

/**
 * The names of the flags whose values are of type `Value`, for the key types of the SDK: `declare module '@openfeature/core' {
 * type BooleanFlagKey = FlagKeyOf<typeof flags, boolean> }`.
 */
export type FlagKeyOf<Flags extends FlagDefinitions, Value> = {
  [Name in FlagName<Flags>]: ValueOf<Flags, Name> extends Value ? Name : never;
}[FlagName<Flags>];
