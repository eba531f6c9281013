import { GatekeeperError, type TextPosition } from '../../core/errors.ts';
import { didYouMean, formatValue, formatValues } from '../../core/values.ts';
import { sanitize } from '../../wire/sanitize.ts';
import { isJsonObject, type JsonObject, ownField } from '../../wire/untrusted-json.ts';
import { type JsonPath, positionsOf } from './json-position.ts';
import { parseDocument } from './read-document.ts';
import { createRefResolver } from './references.ts';
import type { RuleFault } from './rules-document.ts';
import { SchemaError, validateTargeting } from './targeting-schema.ts';

/** A part of a document that flagd's schema does not allow. */
export interface SchemaIssue {
  readonly code: 'not-json' | 'schema' | Exclude<RuleFault['code'], 'unreadable-flag'>;
  /** Where in the document; empty for the document as a whole. */
  readonly path: JsonPath;
  /** What is wrong, beginning with the path: `flags.FLAG.state must be "ENABLED" or "DISABLED"; got "ON"`. */
  readonly message: string;
  /** Line and column, if the document was a string. */
  readonly position: TextPosition | undefined;
}

/**
 * Validates a document, parsed or as a string, against flagd's schema (https://flagd.dev/schema/v0/flags.json), which is
 * stricter than the evaluation. Written by hand: each error says what to change and where, and no validator has to be loaded.
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
      this.#document(createRefResolver(document)(document, Number.POSITIVE_INFINITY) as JsonObject);
    else this.#add('schema', [], `it must be { "flags": … }; got ${formatValue(document)}`);
    const paths = this.#errors.map(({ path }) => path);
    const positions = this.#text === undefined ? [] : positionsOf(this.#text, paths);
    return this.#errors.map((error, at) => ({ ...error, position: positions[at] }));
  }

  #document(document: JsonObject): void {
    this.#collect(() => validateMetadata(document, []));
    this.#collect(() => {
      const evaluators = Object.hasOwn(document, '$evaluators')
        ? namedEntries(document.$evaluators, ['$evaluators'])
        : [];
      for (const [name, rule] of evaluators) this.#targeting(rule, ['$evaluators', name]);
    });
    this.#collect(() => {
      if (!Object.hasOwn(document, 'flags')) {
        throw new SchemaError([], 'it must be { "flags": … }; it has no "flags"');
      }
      for (const [name, flag] of namedEntries(document.flags, ['flags'])) {
        this.#collect(() => this.#flag(flag, ['flags', name]));
      }
    });
  }

  #flag(flag: unknown, path: JsonPath): void {
    if (!isJsonObject(flag))
      throw new SchemaError(path, `must be { "state", "variants", … }; got ${formatValue(flag)}`);
    const state = ownField(flag, 'state');
    if (state !== 'ENABLED' && state !== 'DISABLED') {
      this.#add('schema', [...path, 'state'], `must be "ENABLED" or "DISABLED"; got ${formatValue(state)}`);
    }
    this.#collect(() => validateMetadata(flag, path));
    this.#collect(() => {
      const names = variantNames(ownField(flag, 'variants'), [...path, 'variants']);
      validateDefault(ownField(flag, 'defaultVariant') ?? undefined, names, [...path, 'defaultVariant']);
    });
    if (Object.hasOwn(flag, 'targeting')) this.#targeting(flag.targeting, [...path, 'targeting']);
  }

  #targeting(targeting: unknown, path: JsonPath): void {
    this.#collect(() => {
      const fault = validateTargeting(targeting, path);
      if (fault !== undefined) this.#add(fault.code as SchemaIssue['code'], fault.path, fault.what, ': ');
    });
  }

  #collect(check: () => void): void {
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
    throw new SchemaError(path, 'must be an object such as { "on": true, "off": false }; it is missing');
  }
  const entries = namedEntries(variants, path);
  if (entries.length === 0) throw new SchemaError(path, 'must have at least one variant; it is empty');
  const [kind, ...others] = new Set(entries.map(([, value]) => variantType(value)));
  if (kind === undefined || kind === 'other' || others.length > 0) {
    throw new SchemaError(path, 'must be all booleans, all strings, all numbers or all objects');
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
    throw new SchemaError(path, `must be the name of a variant or null; got ${formatValue(defaultVariant)}`);
  }
  // Not part of the schema, but flagd refuses it too.
  if (defaultVariant && !names.includes(defaultVariant)) {
    throw new SchemaError(
      path,
      `must be one of ${formatValues(names)}; got ${formatValue(defaultVariant)}${didYouMean(defaultVariant, names)}`,
    );
  }
}

function validateMetadata(holder: JsonObject, path: JsonPath): void {
  if (!Object.hasOwn(holder, 'metadata')) return;
  const metadataPath = [...path, 'metadata'];
  if (!isJsonObject(holder.metadata))
    throw new SchemaError(metadataPath, `must be an object; got ${formatValue(holder.metadata)}`);
  for (const [name, value] of Object.entries(holder.metadata)) {
    const mustBeString = path.length === 0 && (name === 'flagSetId' || name === 'version');
    if (mustBeString && typeof value !== 'string')
      throw new SchemaError([...metadataPath, name], `must be a string; got ${formatValue(value)}`);
    if (['boolean', 'string', 'number'].includes(typeof value)) continue;
    throw new SchemaError(
      [...metadataPath, name],
      `must be a boolean, a string or a number; got ${formatValue(value)}`,
    );
  }
}

function namedEntries(value: unknown, path: JsonPath): [string, unknown][] {
  if (!isJsonObject(value)) throw new SchemaError(path, `must be an object; got ${formatValue(value)}`);
  const entries = Object.entries(value);
  // The schema: ^.{1,}$
  const bad = entries.find(([name]) => !/^.+$/u.test(name));
  if (bad !== undefined) throw new SchemaError(path, `must have names of one line each; got ${formatValue(bad[0])}`);
  return entries;
}
