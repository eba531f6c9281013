import { didYouMean, formatValue, formatValues } from '../../core/values.ts';
import { isJsonObject, type Json, type JsonObject, ownField } from '../../wire/untrusted-json.ts';
import { findOperatorFault } from './check-operators.ts';
import type { JsonPath } from './json-position.ts';
import { type ResolveRefs, TooManyParts } from './references.ts';
import type { RuleDefinition, RuleFault } from './rules-document.ts';

/**
 * Reads one flag's definition as flagd does: it need not match flagd's schema if it can be evaluated. A valid `state` always
 * counts, so a kill switch works even if the rest of the flag is invalid.
 */
export function readFlag(raw: unknown, { resolveRefs, metadata }: FlagSet, path: JsonPath): RuleDefinition {
  let flag: unknown;
  try {
    flag = resolveRefs(raw);
  } catch (cause) {
    if (!(cause instanceof TooManyParts)) throw cause;
    const isOff = isJsonObject(raw) && ownField(raw, 'state') === 'DISABLED';
    return unusableFlag(isOff ? 'DISABLED' : 'ENABLED', path, cause.message);
  }
  const definition = readDefinition(flag, path);
  const all = { ...(metadata as object), ...(isJsonObject(flag) ? (ownField(flag, 'metadata') as object) : {}) };
  return Object.keys(all).length === 0 ? definition : { ...definition, metadata: all as Record<string, Json> };
}

/** What all flags of a document share. */
export interface FlagSet {
  readonly resolveRefs: ResolveRefs;
  readonly metadata: unknown;
}

function readDefinition(flag: unknown, path: JsonPath): RuleDefinition {
  if (!isJsonObject(flag))
    return unusableFlag('ENABLED', path, `it must be { "state", "variants", … }; got ${formatValue(flag)}`);
  const state = ownField(flag, 'state');
  if (state === 'ENABLED' || state === 'DISABLED') return readRule(state, flag, path);
  const what = `its state must be "ENABLED" or "DISABLED"; got ${formatValue(state)}`;
  return unusableFlag('ENABLED', [...path, 'state'], what);
}

function readRule(state: 'ENABLED' | 'DISABLED', flag: JsonObject, path: JsonPath): RuleDefinition {
  const variants = readVariants(ownField(flag, 'variants'));
  if (variants === undefined) return unusableFlag(state, [...path, 'variants'], 'it has no variants');
  const defaultVariant = ownField(flag, 'defaultVariant') || undefined; // as in flagd, an empty name counts as none
  if (defaultVariant !== undefined && !variants.has(defaultVariant as string)) {
    const names = formatValues(variants.keys());
    const what = `its defaultVariant must be one of ${names}; got ${formatValue(defaultVariant)}${didYouMean(defaultVariant, variants.keys())}`;
    return { ...unusableFlag(state, [...path, 'defaultVariant'], what), variants };
  }
  const targeting = readTargeting(ownField(flag, 'targeting'));
  const fault = targeting === undefined ? undefined : findOperatorFault(targeting, [...path, 'targeting']);
  return {
    state,
    variants,
    defaultVariant: defaultVariant as string | undefined,
    targeting,
    metadata: undefined,
    fault,
  };
}

function readVariants(variants: unknown): ReadonlyMap<string, Json> | undefined {
  return variants === undefined || variants === null ? undefined : new Map(Object.entries(variants));
}

function readTargeting(targeting: unknown): Json | undefined {
  return targeting && Object.keys(targeting).length > 0 ? (targeting as Json) : undefined;
}

function unusableFlag(state: 'ENABLED' | 'DISABLED', path: JsonPath, what: string): RuleDefinition {
  const fault: RuleFault = { code: 'unreadable-flag', what, path };
  return { state, variants: new Map(), defaultVariant: undefined, targeting: undefined, metadata: undefined, fault };
}
