import { GatekeeperError, type TextPosition } from '../../core/errors.ts';
import { didYouMean, formatValue, formatValues } from '../../core/values.ts';
import { sanitize } from '../../wire/sanitize.ts';
import { isJsonObject, type JsonObject, ownField } from '../../wire/untrusted-json.ts';
import { type JsonPath, positionsOf } from './json-position.ts';
import { parseDocument } from './read-document.ts';
import { createRefResolver } from './references.ts';
import type { RuleFault } from './rules-document.ts';
import { SchemaError, validateTargeting } from './targeting-schema.ts';

/** One thing in a document that flagd's schema does not allow. */
export interface SchemaIssue {
  readonly code: 'not-json' | 'schema' | Exclude<RuleFault['code'], 'unreadable-flag'>;
  /** Where in the document; empty for the document as a whole. */
  readonly path: JsonPath;
  /** What is wrong, beginning with the path: `flags.FLAG.state is "ON", not "ENABLED" or "DISABLED"`. */
  readonly message: string;
  /** Line and column, where the document was a text. */
  readonly position: TextPosition | undefined;
}

/**
 * Checks a document, as text or parsed, against flagd's schema (https://flagd.dev/schema/v0/flags.json), which is stricter
 * than what is evaluated. Written by hand: each error says what to change and where, and no validator has to be loaded.
 */
export function validateSchema(source: unknown): readonly SchemaIssue[] {
  try {
    const { text, parsed } = parseDocument(source);
    return new SchemaValidator(typeof source === 'string' ? text : undefined).validate(parsed);
  } catch (cause) {
    if (!(cause instanceof GatekeeperError)) throw cause;
    const { code, message, position } = cause;
    return [{ code: code === 'ERR_GK_RULES_JSON' ? 'not-json' : 'schema', path: [], message, position }];
  }
}

class SchemaValidator {
  readonly #text: string | undefined;
  readonly #errors: Omit<SchemaIssue, 'position'>[] = [];

  constructor(text: string | undefined) {
    this.#text = text;
  }

  validate(document: unknown): readonly SchemaIssue[] {
    if (isJsonObject(document))
      this.#resolved(createRefResolver(document)(document, Number.POSITIVE_INFINITY) as JsonObject);
    else this.#add('schema', [], `a rules document is { "flags": … }, not ${formatValue(document)}`);
    const paths = this.#errors.map(({ path }) => path);
    const positions = this.#text === undefined ? [] : positionsOf(this.#text, paths);
    return this.#errors.map((error, at) => ({ ...error, position: positions[at] }));
  }

  #resolved(document: JsonObject): void {
    this.#noting(() => validateMetadata(document, []));
    this.#noting(() => {
      const evaluators = Object.hasOwn(document, '$evaluators')
        ? namedEntries(document.$evaluators, ['$evaluators'])
        : [];
      for (const [name, rule] of evaluators) this.#targeting(rule, ['$evaluators', name]);
    });
    this.#noting(() => {
      if (!Object.hasOwn(document, 'flags')) {
        throw new SchemaError([], 'there is no "flags"; a rules document is { "flags": … }');
      }
      for (const [name, flag] of namedEntries(document.flags, ['flags'])) {
        this.#noting(() => this.#flag(flag, ['flags', name]));
      }
    });
  }

  #flag(flag: unknown, path: JsonPath): void {
    if (!isJsonObject(flag)) throw new SchemaError(path, `is ${formatValue(flag)}, not { "state", "variants", … }`);
    const state = ownField(flag, 'state');
    if (state !== 'ENABLED' && state !== 'DISABLED') {
      this.#add('schema', [...path, 'state'], `is ${formatValue(state)}, not "ENABLED" or "DISABLED"`);
    }
    this.#noting(() => validateMetadata(flag, path));
    this.#noting(() => {
      const names = variantNames(ownField(flag, 'variants'), [...path, 'variants']);
      validateDefault(ownField(flag, 'defaultVariant') ?? undefined, names, [...path, 'defaultVariant']);
    });
    if (Object.hasOwn(flag, 'targeting')) this.#targeting(flag.targeting, [...path, 'targeting']);
  }

  #targeting(targeting: unknown, path: JsonPath): void {
    this.#noting(() => {
      const fault = validateTargeting(targeting, path);
      if (fault !== undefined) this.#add(fault.code as SchemaIssue['code'], fault.path, fault.what, ': ');
    });
  }

  #noting(check: () => void): void {
    try {
      check();
    } catch (cause) {
      if (!(cause instanceof SchemaError)) throw cause;
      this.#add('schema', cause.path, cause.message);
    }
  }

  #add(code: SchemaIssue['code'], path: JsonPath, what: string, separator = ' '): void {
    const place = formatPath(path);
    this.#errors.push({ code, path, message: `${place}${place && separator}${what}` });
  }
}

function formatPath(path: JsonPath): string {
  const name = path.slice(0, 40).join('.');
  return sanitize(name.length > 200 ? `${name.slice(0, 200)}…` : name);
}

function variantNames(variants: unknown, path: JsonPath): readonly string[] {
  if (variants === undefined) {
    throw new SchemaError(path, 'is missing; a flag names its variants: { "on": true, "off": false }');
  }
  const entries = namedEntries(variants, path);
  if (entries.length === 0) throw new SchemaError(path, 'is empty; a flag has at least one variant');
  const [kind, ...others] = new Set(entries.map(([, value]) => variantType(value)));
  if (kind === undefined || kind === 'other' || others.length > 0) {
    throw new SchemaError(path, 'hold values that are not all booleans, all texts, all numbers or all objects');
  }
  return entries.map(([name]) => name);
}

function variantType(value: unknown): 'boolean' | 'string' | 'number' | 'object' | 'other' {
  const type = typeof value;
  if (type === 'boolean' || type === 'string' || type === 'number') return type;
  return isJsonObject(value) ? 'object' : 'other';
}

function validateDefault(defaultVariant: unknown, names: readonly string[], path: JsonPath): void {
  if (defaultVariant !== undefined && typeof defaultVariant !== 'string') {
    throw new SchemaError(path, `is ${formatValue(defaultVariant)}, not the name of a variant or null`);
  }
  // Not of the schema, but flagd refuses it too.
  if (defaultVariant && !names.includes(defaultVariant)) {
    throw new SchemaError(
      path,
      `is ${formatValue(defaultVariant)}, not one of ${formatValues(names)}${didYouMean(defaultVariant, names)}`,
    );
  }
}

function validateMetadata(holder: JsonObject, path: JsonPath): void {
  if (!Object.hasOwn(holder, 'metadata')) return;
  const place = [...path, 'metadata'];
  if (!isJsonObject(holder.metadata)) throw new SchemaError(place, `is ${formatValue(holder.metadata)}, not an object`);
  for (const [name, value] of Object.entries(holder.metadata)) {
    const mustBeText = path.length === 0 && (name === 'flagSetId' || name === 'version');
    if (mustBeText && typeof value !== 'string')
      throw new SchemaError([...place, name], `is ${formatValue(value)}, not a text`);
    if (['boolean', 'string', 'number'].includes(typeof value)) continue;
    throw new SchemaError([...place, name], `is ${formatValue(value)}, not a boolean, a text or a number`);
  }
}

function namedEntries(value: unknown, path: JsonPath): [string, unknown][] {
  if (!isJsonObject(value)) throw new SchemaError(path, `is ${formatValue(value)}, not an object`);
  const entries = Object.entries(value);
  // The schema: ^.{1,}$
  const bad = entries.find(([name]) => !/^.+$/u.test(name));
  if (bad !== undefined) throw new SchemaError(path, `has the name ${formatValue(bad[0])}; a name is one line of text`);
  return entries;
}
