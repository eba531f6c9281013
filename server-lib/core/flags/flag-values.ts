import type { FlagValue } from '../../wire/manifest.ts';
import type { Json } from '../../wire/untrusted-json.ts';
import { errorSummary } from '../error-reporter.ts';
import { didYouMean, isRecord, kindOf, quoted } from '../values.ts';
import type { FlagDefinition } from './flag.ts';

/** A flag's values by variant. */
export type FlagValues = Readonly<Record<string, FlagValue>>;

/** The value of a variant in a flag's definition. */
export function valueIn({ values }: FlagDefinition, variant: string): FlagValue {
  return values === undefined ? variant : (values[variant] as FlagValue);
}

/** A frozen copy of a flag's `values`, or a message that says what is wrong with them. */
export function readFlagValues(values: unknown, variants: readonly string[]): FlagValues | string {
  try {
    return copyFlagValues(values, variants);
  } catch (thrown) {
    return `values cannot be read: ${errorSummary(thrown)}`; // a proxy
  }
}

function copyFlagValues(values: unknown, variants: readonly string[]): FlagValues | string {
  if (!isRecord(values)) return `values must be an object, ${exampleOf(variants)}; got ${kindOf(values)}`;
  const names = Object.keys(values);
  const unknown = names.find((name) => !variants.includes(name));
  if (unknown !== undefined) {
    return `values names ${quoted(unknown)}, which is not one of ${variants.join(', ')}${didYouMean(unknown, variants)}`;
  }
  const missing = variants.find((variant) => !names.includes(variant));
  if (missing !== undefined) return `values must have a value for each variant; it has none for ${missing}`;
  const copies = new Map<string, FlagValue>();
  for (const variant of variants) {
    const read = readValue(() => values[variant]);
    if ('error' in read) return `values.${variant}${read.error}`;
    copies.set(variant, read.value);
  }
  return typesError(copies) ?? Object.freeze(Object.fromEntries(copies));
}

function exampleOf(variants: readonly string[]): string {
  return `{ ${variants
    .slice(0, 2)
    .map((variant, at) => `${variant}: ${at + 1}`)
    .join(', ')} }`;
}

function typesError(values: ReadonlyMap<string, FlagValue>): string | undefined {
  const [first, ...others] = values;
  const other = others.find(([, value]) => typeof value !== typeof first?.[1]);
  if (first === undefined || other === undefined) return undefined;
  return `values must all have the same type; ${first[0]} is ${typeNameOf(first[1])}, ${other[0]} is ${typeNameOf(other[1])}`;
}

/** The name of a value's type with its article, for messages. */
export function typeNameOf(value: FlagValue): string {
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/**
 * The value that `get` returns, copied and deeply frozen, or why it cannot be the value of a variant. The error begins with the
 * path to the part that is invalid: `.limits[0] must be JSON; got NaN`.
 */
export function readValue(get: () => unknown): { readonly value: FlagValue } | { readonly error: string } {
  try {
    const value = get();
    if (!isPrimitiveValue(value) && !isPlainObject(value)) return { error: ` ${EXPECTED}; got ${kindOf(value)}` };
    return { value: frozenCopy(value, '', []) as FlagValue };
  } catch (thrown) {
    return { error: thrown instanceof NotJson ? thrown.message : ` cannot be read: ${errorSummary(thrown)}` };
  }
}

const EXPECTED = 'must be a boolean, a string, a finite number or a plain object';

class NotJson extends Error {
  constructor(path: string, what: string) {
    super(`${path} must be JSON; ${what}`);
  }
}

function isPrimitiveValue(value: unknown): value is boolean | number | string {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}

// The prototype may be that of another realm, such as Jest's. Dates, Maps and instances of classes have a longer chain.
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function frozenCopy(value: unknown, path: string, around: readonly unknown[]): Json {
  if (typeof value === 'number' && Number.isFinite(value)) return value + 0; // JSON has no -0
  if (value === null || isPrimitiveValue(value)) return value;
  const isArray = Array.isArray(value);
  if (!isArray && !isPlainObject(value)) throw new NotJson(path, `got ${kindOf(value)}`);
  if (around.includes(value)) throw new NotJson(path, 'it contains itself');
  if (around.length === MAX_DEPTH) throw new NotJson('', `it has more than ${MAX_DEPTH} levels`);
  const inside = [...around, value];
  if (isArray) return Object.freeze(Array.from(value, (item, at) => frozenCopy(item, `${path}[${at}]`, inside)));
  // `fromEntries` defines the key `__proto__` like any other; an assignment would set the prototype.
  const entries = Object.keys(value).map((key) => [key, frozenCopy(value[key], `${path}${memberOf(key)}`, inside)]);
  return Object.freeze(Object.fromEntries(entries));
}

function memberOf(key: string): string {
  return /^[A-Za-z_$][\w$]{0,60}$/.test(key) ? `.${key}` : `[${quoted(key)}]`;
}

// As in an override cookie (docs/protocol.md section 1).
const MAX_DEPTH = 64;
