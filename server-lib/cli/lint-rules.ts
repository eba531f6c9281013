import type { TextPosition } from '../core/errors.ts';
import type { CompiledFlag } from '../core/flags/compiled-flag.ts';
import { didYouMean, formatValue, formatValues } from '../core/values.ts';
import { readValues } from '../rules/compiled-ruleset.ts';
import { type JsonPath, positionsOf } from '../rules/document/json-position.ts';
import { parseDocument, readDocument } from '../rules/document/read-document.ts';
import type { RulesDocument } from '../rules/document/rules-document.ts';
import { validateSchema } from '../rules/document/schema.ts';
import { sanitize } from '../wire/sanitize.ts';
import { isJsonObject, ownField } from '../wire/untrusted-json.ts';
import { findPossibleResults, weightWarning } from './possible-results.ts';

/** A problem in a rules document. */
export interface Problem extends Partial<TextPosition> {
  /** A `note` is information only: the document can be published. */
  readonly severity: 'error' | 'warning' | 'note';
  readonly code: string;
  readonly flag?: string;
  readonly message: string;
}

type Flags = ReadonlyMap<string, CompiledFlag>;

/**
 * All problems of a rules document, in order of position: violations of flagd's schema, rules that servers leave out, and
 * probable mistakes in the others. With the code's `flags`, also flags and variants that the code does not have. Throws if
 * servers refuse the document.
 */
export function lintRules(text: string, flags: Flags | undefined): readonly Problem[] {
  const problems: Problem[] = validateSchema(text).map(({ code, path, message, position }) => ({
    severity: code === 'schema' ? 'error' : 'warning',
    code,
    ...(path[0] === 'flags' && path[1] !== undefined && { flag: String(path[1]) }),
    message,
    ...position,
  }));
  const { text: json, parsed } = parseDocument(text);
  const warnings = new WarningCollector();
  warnings.readDocument(parsed as Record<string, unknown>, flags);
  if (flags !== undefined) warnings.readValues(readDocument(text), flags);
  warnings.readKeys(json);
  const positions = positionsOf(
    json,
    warnings.found.map(({ path }) => path),
  );
  for (const [at, { problem, path }] of warnings.found.entries()) {
    problems.push(path.length === 0 ? problem : { ...problem, ...positions[at] });
  }
  return problems
    .map((problem, at) => ({ at, problem }))
    .sort(compareByPosition)
    .map(({ problem }) => problem);
}

interface IndexedProblem {
  readonly at: number;
  readonly problem: Problem;
}

/** Orders by position; problems without one come last. */
function compareByPosition({ at, problem }: IndexedProblem, other: IndexedProblem): number {
  const line = (problem.line ?? Number.MAX_SAFE_INTEGER) - (other.problem.line ?? Number.MAX_SAFE_INTEGER);
  return line || (problem.column ?? 0) - (other.problem.column ?? 0) || at - other.at;
}

const DOCUMENT_KEYS = ['$schema', '$evaluators', 'flags', 'metadata'];
const FLAG_KEYS = ['state', 'variants', 'defaultVariant', 'targeting', 'metadata'];
// Keys that authors use for comments: `description`, `$comment`, `_note`, `x-owner`, `//`.
const COMMENT_KEY = /^(?:description|comment|[$_]|x-|\/\/)/;

class WarningCollector {
  readonly found: { readonly problem: Problem; readonly path: JsonPath }[] = [];

  readDocument(document: Record<string, unknown>, code: Flags | undefined): void {
    this.#keys(document, DOCUMENT_KEYS, []);
    const flags = ownField(document, 'flags');
    if (!isJsonObject(flags)) return;
    for (const [name, flag] of Object.entries(flags)) {
      if (code !== undefined) this.#inCode(name, flag, code);
      if (isJsonObject(flag)) this.#flag(name, flag, ownField(document, '$evaluators'));
    }
    const missing = [...(code?.keys() ?? [])].filter((name) => !Object.hasOwn(flags, name));
    if (missing.length > 0) {
      const are = missing.length === 1 ? '1 flag of the code is' : `${missing.length} flags of the code are`;
      this.#add('note', 'flag-not-in-document', [], `${are} not in the document: ${formatValues(missing)}`);
    }
  }

  /** The values of other types than in the code. Servers use the code's. */
  readValues(document: RulesDocument, code: Flags): void {
    for (const [name, rule] of document.flags) {
      const flag = code.get(name);
      for (const { variant, what } of flag === undefined ? [] : readValues(flag, rule).faults)
        this.#add(
          'warning',
          'value-type',
          ['flags', name, 'variants', variant],
          `Flag ${formatValue(name)}: ${what}`,
          name,
        );
    }
  }

  /** JSON keeps only the last of two equal keys: if a flag has `"state"` twice, the first may be a lost kill switch. */
  readKeys(json: string): void {
    for (const path of findDuplicateKeys(json)) {
      const [flag] = path[0] === 'flags' && path.length > 1 ? path.slice(1) : [];
      const where = path.length > 1 ? path.slice(0, -1).join('.') : 'The document';
      const what = `${where} has the key ${formatValue(path.at(-1))} twice; only the last one is read`;
      this.#add('warning', 'duplicate-key', path, what, flag === undefined ? undefined : String(flag));
    }
  }

  #flag(name: string, flag: Record<string, unknown>, evaluators: unknown): void {
    const path = ['flags', name];
    this.#keys(flag, FLAG_KEYS, path);
    const variants = ownField(flag, 'variants');
    const names = isJsonObject(variants) ? Object.keys(variants) : [];
    const { results, splits, booleans } = findPossibleResults(
      ownField(flag, 'targeting'),
      [...path, 'targeting'],
      evaluators,
    );
    for (const { value, path: resultPath } of results) {
      const variant = String(value);
      if (names.includes(variant)) continue;
      const what = `${formatValue(value)} is not one of the variants ${formatValues(names)}${didYouMean(variant, names)}`;
      this.#add('warning', 'unknown-variant', resultPath, `Flag ${formatValue(name)}: ${what}`, name);
    }
    for (const booleanPath of booleans) {
      if (names.includes('true') || names.includes('false')) continue;
      const what = `its targeting may return true or false, which are not among the variants ${formatValues(names)}`;
      this.#add('warning', 'unknown-variant', booleanPath, `Flag ${formatValue(name)}: ${what}`, name);
    }
    for (const { entries, path: splitPath } of splits) {
      const what = weightWarning(entries.map(({ value }) => value));
      if (what !== undefined) this.#add('warning', 'weights', splitPath, `Flag ${formatValue(name)}: ${what}`, name);
    }
  }

  #inCode(name: string, flag: unknown, code: Flags): void {
    const path = ['flags', name];
    const definition = code.get(name)?.definition;
    if (definition === undefined) {
      const what = `the code has no such flag${didYouMean(name, code.keys())}`;
      this.#add('warning', 'unknown-flag', path, `Flag ${formatValue(name)}: ${what}`, name);
      return;
    }
    const variants = isJsonObject(flag) ? ownField(flag, 'variants') : undefined;
    if (!isJsonObject(variants)) return;
    for (const variant of Object.keys(variants)) {
      if (definition.variants.includes(variant)) continue;
      const which = `${formatValues(definition.variants)}${didYouMean(variant, definition.variants)}`;
      const what = `servers leave its rule out: the code has no variant ${formatValue(variant)}, only ${which}`;
      this.#add(
        'warning',
        'unknown-variant',
        [...path, 'variants', variant],
        `Flag ${formatValue(name)}: ${what}`,
        name,
      );
    }
  }

  #keys(holder: object, known: readonly string[], path: JsonPath): void {
    for (const key of Object.keys(holder)) {
      const near = didYouMean(key, known);
      if (known.includes(key) || (near === '' && COMMENT_KEY.test(key))) continue;
      const where = path.length === 0 ? 'The document' : `Flag ${formatValue(path[1])}`;
      const what = `${where} has an unknown key ${formatValue(key)}, which is ignored${near}`;
      this.#add('warning', 'unknown-key', [...path, key], what, path[1] as string | undefined);
    }
  }

  #add(severity: Problem['severity'], code: string, path: JsonPath, message: string, flag?: string): void {
    const problem = { severity, code, ...(flag !== undefined && { flag }), message: sanitize(message) };
    this.found.push({ problem, path });
  }
}

/** The paths of keys that occur twice in one object. `text` must be valid JSON. */
function findDuplicateKeys(text: string): readonly JsonPath[] {
  const found = new Map<string, JsonPath>(); // each path once, also if the object around it occurs twice
  const open: JsonLevel[] = [];
  for (let at = 0; at < text.length; at++) {
    const level = open.at(-1);
    const character = text[at];
    if (character === '{') open.push({ keys: new Set(), step: '', isKeyNext: true });
    else if (character === '[') open.push({ keys: undefined, step: 0, isKeyNext: false });
    else if (character === '}' || character === ']') open.pop();
    else if (character === ',' && level !== undefined) {
      if (typeof level.step === 'number') level.step++;
      level.isKeyNext = level.keys !== undefined;
    } else if (character === '"') {
      const start = at;
      at = endOfString(text, at);
      if (level?.keys === undefined || !level.isKeyNext) continue;
      level.step = JSON.parse(text.slice(start, at + 1)) as string;
      level.isKeyNext = false;
      if (level.keys.has(level.step)) {
        const path = open.map(({ step }) => step);
        found.set(JSON.stringify(path), path);
      }
      level.keys.add(level.step);
    }
  }
  return [...found.values()];
}

/** An object or a list around the current position. */
interface JsonLevel {
  /** The keys so far; `undefined` for a list. */
  readonly keys: Set<string> | undefined;
  /** The current key or index. */
  step: string | number;
  isKeyNext: boolean;
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end;
  }
}
