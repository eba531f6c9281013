import type {
  Evaluation,
  FlagDefinitions,
  FlagName,
  OverridesOf,
  RegisteredFlags,
  UserId,
  ValueOf,
  VariantOf,
} from '../flags/flag.ts';

/** A flag that does not exist has no variant. TypeScript can rule that out only if it knows the flags. */
type Undeclared<Flags extends FlagDefinitions> = string extends keyof Flags ? undefined : never;

/** The flags of one request. A flag keeps its variant until the request ends. Evaluating a flag never throws. */
export interface Gate<Flags extends FlagDefinitions = RegisteredFlags> {
  /** Whether `flag` has `variant` for this request. */
  ff<Name extends FlagName<Flags>>(flag: Name, variant: VariantOf<Flags, Name>): boolean;
  /** The long form of `ff`. */
  featureFlag<Name extends FlagName<Flags>>(flag: Name, variant: VariantOf<Flags, Name>): boolean;
  /** The variant of `flag` for this request's user, or for `userId`; `null` is a visitor who is not signed in. */
  ffVariant<Name extends FlagName<Flags>>(
    flag: Name,
    options?: { readonly userId?: UserId | null | undefined },
  ): VariantOf<Flags, Name> | Undeclared<Flags>;
  /** The long form of `ffVariant`. */
  getFeatureFlagVariant<Name extends FlagName<Flags>>(
    flag: Name,
    options?: { readonly userId?: UserId | null | undefined },
  ): VariantOf<Flags, Name> | Undeclared<Flags>;
  /**
   * The value of the flag's variant, in the same cases as `ffVariant`. It is the variant's name if the flag has no `values`. Rules
   * may change a value to another one of the same type.
   */
  ffValue<Name extends FlagName<Flags>>(
    flag: Name,
    options?: { readonly userId?: UserId | null | undefined },
  ): ValueOf<Flags, Name> | Undeclared<Flags>;
  /** The long form of `ffValue`. */
  getFeatureFlagValue<Name extends FlagName<Flags>>(
    flag: Name,
    options?: { readonly userId?: UserId | null | undefined },
  ): ValueOf<Flags, Name> | Undeclared<Flags>;
  /** The variant of `flag`, with its value, its source and OpenFeature's reason. */
  explain<Name extends FlagName<Flags>>(
    flag: Name,
  ): Evaluation<VariantOf<Flags, Name>, ValueOf<Flags, Name>> | Undeclared<Flags>;
  /** Whether this request may override. Calls the policy once, when it is first needed. */
  mayOverride(): boolean;
  /** Calls `callback` with overrides and the simulated context suspended, for code that determines the user. Throws what `callback` throws. */
  withoutOverrides<Result>(callback: () => Result): Result;
  /** The evaluations for this request's user so far. */
  evaluations(): readonly Evaluation[];
  /**
   * The `<script type="application/json">` element that lists the flags evaluated so far, for a page that evaluates flags
   * after its headers were sent. `''` unless the extension may read them: in development, or if the request may override
   * and has the override cookie. Makes the response private, so call it, or evaluate a flag, before the headers are sent;
   * then call it at the end of the page.
   */
  usedScript(): string;
  /**
   * Whether a flag was evaluated and an override or a simulated context of this browser applies, which makes the response
   * private. Stays `true` while `withoutOverrides` runs.
   */
  isOverridden(): boolean;
  /** The overrides of this browser that apply to this request. */
  browserOverrides(): OverridesOf<Flags>;
  /**
   * Sets this browser's override on the response, for its next requests; `''` removes it. Returns `false` and reports
   * an error to `onError` if that is not possible.
   */
  setBrowserOverrideVariant<Name extends FlagName<Flags>>(flag: Name, variant: VariantOf<Flags, Name> | ''): boolean;
}

/**
 * `gate` for templates: an object with own functions that need no `this`. Handlebars does not call methods of a
 * prototype, and calls its helpers with another `this`.
 */
export function boundGate<Flags extends FlagDefinitions>(gate: Gate<Flags>): Gate<Flags> {
  return {
    ff: (flag, variant) => gate.ff(flag, variant),
    featureFlag: (flag, variant) => gate.ff(flag, variant),
    ffVariant: (flag, options) => gate.ffVariant(flag, options),
    getFeatureFlagVariant: (flag, options) => gate.ffVariant(flag, options),
    ffValue: (flag, options) => gate.ffValue(flag, options),
    getFeatureFlagValue: (flag, options) => gate.ffValue(flag, options),
    explain: (flag) => gate.explain(flag),
    mayOverride: () => gate.mayOverride(),
    withoutOverrides: (callback) => gate.withoutOverrides(callback),
    evaluations: () => gate.evaluations(),
    usedScript: () => gate.usedScript(),
    isOverridden: () => gate.isOverridden(),
    browserOverrides: () => gate.browserOverrides(),
    setBrowserOverrideVariant: (flag, variant) => gate.setBrowserOverrideVariant(flag, variant),
  };
}
