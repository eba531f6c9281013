import type { FlagValue, Source } from '../../wire/manifest.ts';
import type { Json } from '../../wire/untrusted-json.ts';

/** An application extends this so that `req.gk` knows its flags: `interface Register { flags: typeof flags }`. */
// biome-ignore lint/suspicious/noEmptyInterface: empty until an application merges its flags into it
export interface Register {}

/**
 * Each framework's entry point adds its types under a key of its own, so that `decide` has them:
 * `interface Hosts { express: { request: Request; session: …; app: Application } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: empty until a framework's entry merges its types into it
export interface Hosts {}

type HostType<Key extends string> = keyof Hosts extends never ? unknown : TypeOfEach<Hosts[keyof Hosts], Key>;
type TypeOfEach<Host, Key extends string> = Host extends { readonly [K in Key]: infer Type } ? Type : unknown;

/** The framework's request: a union if several frameworks' entry points are imported, `unknown` if none is. */
export type HostRequest = HostType<'request'>;
/** The framework's session. */
export type HostSession = HostType<'session'>;
/** The framework's application. */
export type HostApp = HostType<'app'>;

/** A user's id, compared and hashed as `String(id)`. */
export type UserId = string | number;

/** The other entries of the evaluation context. */
export type Attributes = Readonly<Record<string, unknown>>;

/** The argument of `decide`. Each field is read when `decide` accesses it. */
export interface DecideContext {
  readonly userId: UserId | undefined;
  readonly attributes: Attributes;
  /** The time; another one if the request simulates it. */
  readonly now: Date;
  readonly request: HostRequest;
  readonly session: HostSession;
  readonly app: HostApp;
}

/** One feature flag: its variants, and how a request gets one of them. */
export interface FlagDefinition<Variant extends string = string, Values = ValuesByVariant<Variant, AnyValue>> {
  /** What the flag controls, for the users of the popup. */
  readonly description?: string;
  readonly variants: readonly Variant[];
  /** The variant if nothing else decides. */
  readonly default: NoInfer<Variant>;
  /** A value for each variant, all of one type. Without it, the value of a variant is its name. */
  readonly values?: Values;
  /** Ids of users who always get a variant, by variant. */
  readonly users?: { readonly [V in NoInfer<Variant>]?: readonly UserId[] };
  /** Chooses a variant in code. Must be synchronous; `undefined` means the default. */
  readonly decide?: (context: DecideContext) => NoInfer<Variant> | undefined;
  /** `false`: no browser can override it. */
  readonly overridable?: boolean;
  /** `true`: no manifest lists it. */
  readonly hidden?: boolean;
  readonly owner?: string;
  readonly tags?: readonly string[];
  readonly url?: string;
  /** An ISO 8601 date. */
  readonly createdAt?: string;
  /** An ISO 8601 date after which the flag should be gone from the code. */
  readonly expiresAt?: string;
}

type ValuesByVariant<Variant extends string, Value> = { readonly [V in Variant]: Value };

// `object`, because TypeScript does not assign an interface to a type with an index signature.
type AnyValue = FlagValue | object;

/**
 * The type that the `values` of a flag must have: `Values` itself if it names exactly the variants and has one type of JSON;
 * `unknown` if the flag has no values.
 */
export type ValidValues<Values, Variant extends string> = unknown extends Values
  ? unknown
  : ValuesByVariant<Variant, AnyValue> extends Values
    ? Values // the types are not known, only that there are values
    : Values extends OneType<Variant, object>
      ? { readonly [V in keyof Values]: V extends Variant ? ValidValue<Values[V]> : never }
      : OneType<Variant, JsonObject>;

type OneType<Variant extends string, ObjectType> =
  | ValuesByVariant<Variant, boolean>
  | ValuesByVariant<Variant, number>
  | ValuesByVariant<Variant, string>
  | ValuesByVariant<Variant, ObjectType>;

type JsonObject = { readonly [key: string]: Json };
type ValidValue<Value> = Value extends readonly unknown[] ? JsonObject : AsJson<Value>;
type AsJson<Value> = Value extends Json | undefined
  ? Value
  : Value extends (...args: never) => unknown
    ? Json
    : { readonly [Key in keyof Value]: AsJson<Value[Key]> };

/** An application's flags by name. */
export type FlagDefinitions = Readonly<Record<string, FlagDefinition>>;

/** The flags that the application registered; any flags if it registered none. */
export type RegisteredFlags = Register extends { readonly flags: infer Flags extends FlagDefinitions }
  ? Flags
  : FlagDefinitions;

/** The name of one of `Flags`. */
export type FlagName<Flags extends FlagDefinitions = RegisteredFlags> = keyof Flags & string;

/** A variant of the flag `Name`. */
export type VariantOf<Flags extends FlagDefinitions, Name extends FlagName<Flags>> = Flags[Name]['variants'][number];

/** The values of the flag `Name`: its variants' names if it has no `values`. */
export type ValueOf<Flags extends FlagDefinitions, Name extends FlagName<Flags>> = ValueIn<Flags[Name]>;

type ValueIn<Definition> = Definition extends {
  readonly variants: readonly (infer Variant)[];
  readonly values?: infer Values;
}
  ? [Values] extends [undefined]
    ? Variant
    : unknown extends Values
      ? Variant
      : KnownValue<NonNullable<Values>[keyof NonNullable<Values>]>
  : never;

type KnownValue<Value> = object extends Value ? FlagValue : Value;

/** Overrides of an application's flags: variants by flag. */
export type OverridesOf<Flags extends FlagDefinitions> = {
  readonly [Name in FlagName<Flags>]?: VariantOf<Flags, Name>;
};

/**
 * OpenFeature's reasons, and flagd's for rules (OpenFeature specification, "Evaluation Details"). Only a provider gives
 * `CACHED`, `STALE` and `UNKNOWN`.
 */
export type Reason =
  | 'STATIC'
  | 'TARGETING_MATCH'
  | 'SPLIT'
  | 'DEFAULT'
  | 'DISABLED'
  | 'ERROR'
  | 'CACHED'
  | 'STALE'
  | 'UNKNOWN';

/** The OpenFeature error codes that an evaluation can have. */
export type EvaluationErrorCode = 'GENERAL' | 'TYPE_MISMATCH';

/** The variant of one flag, its value, its source and its reason. */
export interface Evaluation<Variant extends string = string, Value = string extends Variant ? FlagValue : Variant> {
  readonly flag: string;
  readonly variant: Variant;
  readonly value: Value;
  readonly source: Source;
  readonly reason: Reason;
  readonly errorCode?: EvaluationErrorCode;
  /** Whether the rule used the visitor's id, because the request has no user. */
  readonly visitor?: true;
  /** Whether the evaluation has read a user, an attribute or the time that the request simulates. */
  readonly simulated?: true;
}

/** The OpenFeature reason of each source (docs/protocol.md section 2). */
export const REASON_BY_SOURCE: {
  readonly override: Reason;
  readonly user: Reason;
  readonly code: Reason;
  readonly default: Reason;
} = { override: 'STATIC', user: 'TARGETING_MATCH', code: 'TARGETING_MATCH', default: 'DEFAULT' };
