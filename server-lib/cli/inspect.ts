import type { CompiledFlag } from '../core/compiled-flag.ts';
import type { TextPosition } from '../core/gatekeeper-error.ts';
import { didYouMean } from '../core/nearest-name.ts';
import { type JsonPath, positionsOf } from '../rules/json-position.ts';
import { parseDocument } from '../rules/read-document.ts';
import { schemaProblems } from '../rules/schema.ts';
import { shown, shownList } from '../rules/schema-problem.ts';
import { isForeignObject, own } from '../wire/foreign-json.ts';
import { sanitize } from '../wire/sanitize.ts';
import { duplicateKeys } from './duplicate-keys.ts';
import { foresee } from './possible-results.ts';
import { weightWarning } from './weights.ts';

/** Something to look at in a rules document. */
export interface Problem extends Partial<TextPosition> {
  /** A note is for information: it is no reason against the document. */
  readonly severity: 'error' | 'warning' | 'note';
  readonly code: string;
  readonly flag?: string;
  readonly message: string;
}

type Flags = ReadonlyMap<string, CompiledFlag>;

/**
 * Everything to look at in the text of a rules document: what flagd's schema does not allow, what servers leave out, and
 * what they take but was probably not meant. With the code's `flags` also what the code does not have. Throws for a
 * document that servers refuse.
 */
export function problemsIn(text: string, flags: Flags | undefined): readonly Problem[] {
  const problems: Problem[] = schemaProblems(text).map(({ code, path, message, position }) => ({
    severity: code === 'schema' ? 'error' : 'warning',
    code,
    ...(path[0] === 'flags' && path[1] !== undefined && { flag: String(path[1]) }),
    message,
    ...position,
  }));
  const { text: json, parsed } = parseDocument(text);
  const warnings = new Warnings();
  warnings.readDocument(parsed as Record<string, unknown>, flags);
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
    .sort(byPlace)
    .map(({ problem }) => problem);
}

interface Placed {
  readonly at: number;
  readonly problem: Problem;
}

/** In the order of the text; what has no place comes last. */
function byPlace({ at, problem }: Placed, other: Placed): number {
  const line = (problem.line ?? Number.MAX_SAFE_INTEGER) - (other.problem.line ?? Number.MAX_SAFE_INTEGER);
  return line || (problem.column ?? 0) - (other.problem.column ?? 0) || at - other.at;
}

const DOCUMENT_KEYS = ['$schema', '$evaluators', 'flags', 'metadata'];
const FLAG_KEYS = ['state', 'variants', 'defaultVariant', 'targeting', 'metadata'];
// Words of the author for other readers: `description`, `$comment`, `_note`, `x-owner`, `//`.
const ASIDE = /^(?:description|comment|[$_]|x-|\/\/)/;

class Warnings {
  readonly found: { readonly problem: Problem; readonly path: JsonPath }[] = [];

  readDocument(document: Record<string, unknown>, code: Flags | undefined): void {
    this.#keys(document, DOCUMENT_KEYS, []);
    const flags = own(document, 'flags');
    if (!isForeignObject(flags)) return;
    for (const [name, flag] of Object.entries(flags)) {
      if (code !== undefined) this.#inCode(name, flag, code);
      if (isForeignObject(flag)) this.#flag(name, flag, own(document, '$evaluators'));
    }
    const missing = [...(code?.keys() ?? [])].filter((name) => !Object.hasOwn(flags, name));
    if (missing.length > 0) {
      const are = missing.length === 1 ? '1 flag of the code is' : `${missing.length} flags of the code are`;
      this.#add('note', 'flag-not-in-document', [], `${are} not in the document: ${shownList(missing)}`);
    }
  }

  /** JSON keeps the last of two keys: of `"state"` twice in one flag, the first may be a kill switch that is lost. */
  readKeys(json: string): void {
    for (const path of duplicateKeys(json)) {
      const [flag] = path[0] === 'flags' && path.length > 1 ? path.slice(1) : [];
      const where = path.length > 1 ? path.slice(0, -1).join('.') : 'The document';
      const what = `${where} has the key ${shown(path.at(-1))} twice; only the last one is read`;
      this.#add('warning', 'duplicate-key', path, what, flag === undefined ? undefined : String(flag));
    }
  }

  #flag(name: string, flag: Record<string, unknown>, evaluators: unknown): void {
    const path = ['flags', name];
    this.#keys(flag, FLAG_KEYS, path);
    const variants = own(flag, 'variants');
    const names = isForeignObject(variants) ? Object.keys(variants) : [];
    const { results, splits, booleans } = foresee(own(flag, 'targeting'), [...path, 'targeting'], evaluators);
    for (const { value, path: place } of results) {
      const chosen = String(value);
      if (names.includes(chosen)) continue;
      const what = `${shown(value)} is not one of the variants ${shownList(names)}${didYouMean(chosen, names)}`;
      this.#add('warning', 'unknown-variant', place, `Flag ${shown(name)}: ${what}`, name);
    }
    for (const place of booleans) {
      if (names.includes('true') || names.includes('false')) continue;
      const what = `its targeting may come to true or false, which are not among the variants ${shownList(names)}`;
      this.#add('warning', 'unknown-variant', place, `Flag ${shown(name)}: ${what}`, name);
    }
    for (const { entries, path: place } of splits) {
      const what = weightWarning(entries.map(({ value }) => value));
      if (what !== undefined) this.#add('warning', 'weights', place, `Flag ${shown(name)}: ${what}`, name);
    }
  }

  #inCode(name: string, flag: unknown, code: Flags): void {
    const path = ['flags', name];
    const definition = code.get(name)?.definition;
    if (definition === undefined) {
      const what = `the code has no such flag${didYouMean(name, code.keys())}`;
      this.#add('warning', 'unknown-flag', path, `Flag ${shown(name)}: ${what}`, name);
      return;
    }
    const variants = isForeignObject(flag) ? own(flag, 'variants') : undefined;
    if (!isForeignObject(variants)) return;
    for (const variant of Object.keys(variants)) {
      if (definition.variants.includes(variant)) continue;
      const which = `${shownList(definition.variants)}${didYouMean(variant, definition.variants)}`;
      const what = `servers leave its rule out: the code has no variant ${shown(variant)}, only ${which}`;
      this.#add('warning', 'unknown-variant', [...path, 'variants', variant], `Flag ${shown(name)}: ${what}`, name);
    }
  }

  #keys(holder: object, known: readonly string[], path: JsonPath): void {
    for (const key of Object.keys(holder)) {
      const near = didYouMean(key, known);
      if (known.includes(key) || (near === '' && ASIDE.test(key))) continue;
      const where = path.length === 0 ? 'The document' : `Flag ${shown(path[1])}`;
      const what = `${where} has an unknown key ${shown(key)}, which nobody reads${near}`;
      this.#add('warning', 'unknown-key', [...path, key], what, path[1] as string | undefined);
    }
  }

  #add(severity: Problem['severity'], code: string, path: JsonPath, message: string, flag?: string): void {
    const problem = { severity, code, ...(flag !== undefined && { flag }), message: sanitize(message) };
    this.found.push({ problem, path });
  }
}
