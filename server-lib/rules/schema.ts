import { GatekeeperError, type TextPosition } from '../core/gatekeeper-error.ts';
import { didYouMean } from '../core/nearest-name.ts';
import { type ForeignObject, isForeignObject, own } from '../wire/foreign-json.ts';
import { sanitize } from '../wire/sanitize.ts';
import { type JsonPath, positionsOf } from './json-position.ts';
import { parseDocument } from './read-document.ts';
import { refsOf } from './references.ts';
import type { RuleFault } from './rules-document.ts';
import { SchemaProblem, shown, shownList } from './schema-problem.ts';
import { checkTargeting } from './targeting-schema.ts';

/** One thing in a document that flagd's schema does not allow. */
export interface SchemaError {
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
export function schemaProblems(source: unknown): readonly SchemaError[] {
  try {
    const { text, parsed } = parseDocument(source);
    return new Checker(typeof source === 'string' ? text : undefined).check(parsed);
  } catch (cause) {
    if (!(cause instanceof GatekeeperError)) throw cause;
    const { code, message, position } = cause;
    return [{ code: code === 'ERR_GK_RULES_JSON' ? 'not-json' : 'schema', path: [], message, position }];
  }
}

class Checker {
  readonly #text: string | undefined;
  readonly #errors: Omit<SchemaError, 'position'>[] = [];

  constructor(text: string | undefined) {
    this.#text = text;
  }

  check(document: unknown): readonly SchemaError[] {
    if (isForeignObject(document))
      this.#resolved(refsOf(document)(document, Number.POSITIVE_INFINITY) as ForeignObject);
    else this.#add('schema', [], `a rules document is { "flags": … }, not ${shown(document)}`);
    const paths = this.#errors.map(({ path }) => path);
    const positions = this.#text === undefined ? [] : positionsOf(this.#text, paths);
    return this.#errors.map((error, at) => ({ ...error, position: positions[at] }));
  }

  #resolved(document: ForeignObject): void {
    this.#noting(() => checkMetadata(document, []));
    this.#noting(() => {
      const evaluators = Object.hasOwn(document, '$evaluators') ? named(document.$evaluators, ['$evaluators']) : [];
      for (const [name, rule] of evaluators) this.#targeting(rule, ['$evaluators', name]);
    });
    this.#noting(() => {
      if (!Object.hasOwn(document, 'flags')) {
        throw new SchemaProblem([], 'there is no "flags"; a rules document is { "flags": … }');
      }
      for (const [name, flag] of named(document.flags, ['flags'])) {
        this.#noting(() => this.#flag(flag, ['flags', name]));
      }
    });
  }

  #flag(flag: unknown, path: JsonPath): void {
    if (!isForeignObject(flag)) throw new SchemaProblem(path, `is ${shown(flag)}, not { "state", "variants", … }`);
    const state = own(flag, 'state');
    if (state !== 'ENABLED' && state !== 'DISABLED') {
      this.#add('schema', [...path, 'state'], `is ${shown(state)}, not "ENABLED" or "DISABLED"`);
    }
    this.#noting(() => checkMetadata(flag, path));
    this.#noting(() => {
      const names = variantNames(own(flag, 'variants'), [...path, 'variants']);
      checkDefault(own(flag, 'defaultVariant') ?? undefined, names, [...path, 'defaultVariant']);
    });
    if (Object.hasOwn(flag, 'targeting')) this.#targeting(flag.targeting, [...path, 'targeting']);
  }

  #targeting(targeting: unknown, path: JsonPath): void {
    this.#noting(() => {
      const fault = checkTargeting(targeting, path);
      if (fault !== undefined) this.#add(fault.code as SchemaError['code'], fault.path, fault.what, ': ');
    });
  }

  #noting(check: () => void): void {
    try {
      check();
    } catch (cause) {
      if (!(cause instanceof SchemaProblem)) throw cause;
      this.#add('schema', cause.path, cause.message);
    }
  }

  #add(code: SchemaError['code'], path: JsonPath, what: string, separator = ' '): void {
    const place = placeIn(path);
    this.#errors.push({ code, path, message: `${place}${place && separator}${what}` });
  }
}

function placeIn(path: JsonPath): string {
  const name = path.slice(0, 40).join('.');
  return sanitize(name.length > 200 ? `${name.slice(0, 200)}…` : name);
}

function variantNames(variants: unknown, path: JsonPath): readonly string[] {
  if (variants === undefined) {
    throw new SchemaProblem(path, 'is missing; a flag names its variants: { "on": true, "off": false }');
  }
  const entries = named(variants, path);
  if (entries.length === 0) throw new SchemaProblem(path, 'is empty; a flag has at least one variant');
  const [kind, ...others] = new Set(entries.map(([, value]) => kindOf(value)));
  if (kind === undefined || kind === 'other' || others.length > 0) {
    throw new SchemaProblem(path, 'hold values that are not all booleans, all texts, all numbers or all objects');
  }
  return entries.map(([name]) => name);
}

function kindOf(value: unknown): 'boolean' | 'string' | 'number' | 'object' | 'other' {
  const type = typeof value;
  if (type === 'boolean' || type === 'string' || type === 'number') return type;
  return isForeignObject(value) ? 'object' : 'other';
}

function checkDefault(defaultVariant: unknown, names: readonly string[], path: JsonPath): void {
  if (defaultVariant !== undefined && typeof defaultVariant !== 'string') {
    throw new SchemaProblem(path, `is ${shown(defaultVariant)}, not the name of a variant or null`);
  }
  // Not of the schema, but flagd refuses it too.
  if (defaultVariant && !names.includes(defaultVariant)) {
    throw new SchemaProblem(
      path,
      `is ${shown(defaultVariant)}, not one of ${shownList(names)}${didYouMean(defaultVariant, names)}`,
    );
  }
}

function checkMetadata(holder: ForeignObject, path: JsonPath): void {
  if (!Object.hasOwn(holder, 'metadata')) return;
  const place = [...path, 'metadata'];
  if (!isForeignObject(holder.metadata)) throw new SchemaProblem(place, `is ${shown(holder.metadata)}, not an object`);
  for (const [name, value] of Object.entries(holder.metadata)) {
    const mustBeText = path.length === 0 && (name === 'flagSetId' || name === 'version');
    if (mustBeText && typeof value !== 'string')
      throw new SchemaProblem([...place, name], `is ${shown(value)}, not a text`);
    if (['boolean', 'string', 'number'].includes(typeof value)) continue;
    throw new SchemaProblem([...place, name], `is ${shown(value)}, not a boolean, a text or a number`);
  }
}

function named(value: unknown, path: JsonPath): [string, unknown][] {
  if (!isForeignObject(value)) throw new SchemaProblem(path, `is ${shown(value)}, not an object`);
  const entries = Object.entries(value);
  // The schema: ^.{1,}$
  const bad = entries.find(([name]) => !/^.+$/u.test(name));
  if (bad !== undefined) throw new SchemaProblem(path, `has the name ${shown(bad[0])}; a name is one line of text`);
  return entries;
}
