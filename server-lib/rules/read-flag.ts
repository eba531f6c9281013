import { didYouMean } from '../core/nearest-name.ts';
import { type ForeignObject, isForeignObject, own } from '../wire/foreign-json.ts';
import type { JsonPath } from './json-position.ts';
import { operatorFault } from './operator-fault.ts';
import { type ResolveRefs, TooManyParts } from './references.ts';
import type { Json, RuleDefinition, RuleFault } from './rules-document.ts';
import { shown, shownList } from './schema-problem.ts';

/**
 * Reads one flag's definition as flagd does: it need not match flagd's schema if it can be evaluated. A `state` that can be
 * read always counts, so a kill switch works whatever else is wrong with its flag.
 */
export function readFlag(raw: unknown, { resolveRefs, metadata }: FlagSet, path: JsonPath): RuleDefinition {
  let flag: unknown;
  try {
    flag = resolveRefs(raw);
  } catch (cause) {
    if (!(cause instanceof TooManyParts)) throw cause;
    const isOff = isForeignObject(raw) && own(raw, 'state') === 'DISABLED';
    return unusable(isOff ? 'DISABLED' : 'ENABLED', path, cause.message);
  }
  const definition = readDefinition(flag, path);
  const all = { ...(metadata as object), ...(isForeignObject(flag) ? (own(flag, 'metadata') as object) : {}) };
  return Object.keys(all).length === 0 ? definition : { ...definition, metadata: all as Record<string, Json> };
}

/** What a document's flags have in common. */
export interface FlagSet {
  readonly resolveRefs: ResolveRefs;
  readonly metadata: unknown;
}

function readDefinition(flag: unknown, path: JsonPath): RuleDefinition {
  if (!isForeignObject(flag)) return unusable('ENABLED', path, `it is ${shown(flag)}, not { "state", "variants", … }`);
  const state = own(flag, 'state');
  if (state === 'ENABLED' || state === 'DISABLED') return readRule(state, flag, path);
  return unusable('ENABLED', [...path, 'state'], `its state is ${shown(state)}, not "ENABLED" or "DISABLED"`);
}

function readRule(state: 'ENABLED' | 'DISABLED', flag: ForeignObject, path: JsonPath): RuleDefinition {
  const variants = readVariants(own(flag, 'variants'));
  if (variants === undefined) return unusable(state, [...path, 'variants'], 'it has no variants');
  const defaultVariant = own(flag, 'defaultVariant') || undefined; // as flagd: an empty name is none
  if (defaultVariant !== undefined && !variants.has(defaultVariant as string)) {
    const what = `its defaultVariant is ${shown(defaultVariant)}, not one of ${shownList(variants.keys())}${didYouMean(defaultVariant, variants.keys())}`;
    return { ...unusable(state, [...path, 'defaultVariant'], what), variants };
  }
  const targeting = readTargeting(own(flag, 'targeting'));
  const fault = targeting === undefined ? undefined : operatorFault(targeting, [...path, 'targeting']);
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

function unusable(state: 'ENABLED' | 'DISABLED', path: JsonPath, what: string): RuleDefinition {
  const fault: RuleFault = { code: 'unreadable-flag', what, path };
  return { state, variants: new Map(), defaultVariant: undefined, targeting: undefined, metadata: undefined, fault };
}
