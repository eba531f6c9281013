import type {
  Evaluation,
  FlagDefinitions,
  FlagName,
  OverridesOf,
  RegisteredFlags,
  UserId,
  VariantOf,
} from '../flags/flag.ts';

/** A flag that was not declared has no variant; TypeScript can rule that out only for declared ones. */
type Undeclared<Flags extends FlagDefinitions> = string extends keyof Flags ? undefined : never;

/** One request's view of the flags: what it is told once, it is told until it ends. Nothing here throws. */
export interface Gate<Flags extends FlagDefinitions = RegisteredFlags> {
  /** Whether `flag` gives this request `variant`. */
  ff<Name extends FlagName<Flags>>(flag: Name, variant: VariantOf<Flags, Name>): boolean;
  /** The long form of `ff`. */
  featureFlag<Name extends FlagName<Flags>>(flag: Name, variant: VariantOf<Flags, Name>): boolean;
  /** The variant of `flag` for this request's user, or for the user named; `null` is a visitor who is not signed in. */
  ffVariant<Name extends FlagName<Flags>>(
    flag: Name,
    options?: { readonly userId?: UserId | null | undefined },
  ): VariantOf<Flags, Name> | Undeclared<Flags>;
  /** The long form of `ffVariant`. */
  getFeatureFlagVariant<Name extends FlagName<Flags>>(
    flag: Name,
    options?: { readonly userId?: UserId | null | undefined },
  ): VariantOf<Flags, Name> | Undeclared<Flags>;
  /** The variant of `flag`, with the source it came from and OpenFeature's reason. */
  explain<Name extends FlagName<Flags>>(flag: Name): Evaluation<VariantOf<Flags, Name>> | Undeclared<Flags>;
  /** Whether this request may override: asked of the policy once, and not before it matters. */
  mayOverride(): boolean;
  /** Runs a question of the application's about who is asking, with no overrides in force. */
  withoutOverrides<Result>(callback: () => Result): Result;
  /** The answers that this request's user was given so far. */
  evaluations(): readonly Evaluation[];
  /**
   * Whether a flag was evaluated while overrides of this browser apply: then the response is this browser's own, also
   * while `withoutOverrides` runs.
   */
  isOverridden(): boolean;
  /** The overrides that this browser sent and this request may use. */
  browserOverrides(): OverridesOf<Flags>;
  /**
   * Sets this browser's override on the response, from its next request on; `''` clears it.
   * `false`, and a word to `onError`, if it could not.
   */
  setBrowserOverrideVariant<Name extends FlagName<Flags>>(flag: Name, variant: VariantOf<Flags, Name> | ''): boolean;
}

/**
 * `gate` for templates: the same answers from functions of its own that need no `this`.
 * Handlebars calls no method that it finds on a prototype, and hands its helpers another `this`.
 */
export function boundGate<Flags extends FlagDefinitions>(gate: Gate<Flags>): Gate<Flags> {
  return {
    ff: (flag, variant) => gate.ff(flag, variant),
    featureFlag: (flag, variant) => gate.ff(flag, variant),
    ffVariant: (flag, options) => gate.ffVariant(flag, options),
    getFeatureFlagVariant: (flag, options) => gate.ffVariant(flag, options),
    explain: (flag) => gate.explain(flag),
    mayOverride: () => gate.mayOverride(),
    withoutOverrides: (callback) => gate.withoutOverrides(callback),
    evaluations: () => gate.evaluations(),
    isOverridden: () => gate.isOverridden(),
    browserOverrides: () => gate.browserOverrides(),
    setBrowserOverrideVariant: (flag, variant) => gate.setBrowserOverrideVariant(flag, variant),
  };
}
