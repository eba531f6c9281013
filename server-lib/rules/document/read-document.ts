import { GatekeeperError, type TextPosition } from '../../core/errors.ts';
import { formatValue, kindOf } from '../../core/values.ts';
import { isJsonObject } from '../../wire/untrusted-json.ts';
import { FLAGS_PER_STEP, runToEnd, type Steps } from '../time-slicing.ts';
import { findOperatorFault } from './check-operators.ts';
import { positionOf, syntaxErrorIn } from './json-position.ts';
import { readFlag } from './read-flag.ts';
import { createRefResolver, type ResolveRefs, refName, TooManyParts } from './references.ts';
import { type RuleDefinition, type RuleFault, type RulesDocument, revisionOf } from './rules-document.ts';

/**
 * Reads a rules document, parsed or as a string; a {@link RulesDocument} is returned unchanged. Throws a
 * {@link GatekeeperError} if it is not JSON, has no `flags` or is larger than 16 MiB. A flag that cannot be used gets a
 * `fault`.
 */
export function readDocument(source: unknown): RulesDocument {
  return runToEnd(readDocumentInSteps(source));
}

/** Like {@link readDocument}, in steps of a millisecond or two, so that other work can run between them. */
export function* readDocumentInSteps(source: unknown): Steps<RulesDocument> {
  if (isRulesDocument(source)) return source;
  const { text, parsed } = parseDocument(source);
  yield;
  const revision = revisionOf(text);
  const resolveRefs = createRefResolver(parsed);
  const definitions = flagsOf(parsed, resolveRefs, typeof source === 'string' ? text : undefined);
  yield;
  const evaluatorFaults = evaluatorFaultsOf(parsed, resolveRefs);
  const flagSet = { resolveRefs, metadata: metadataOf(parsed, resolveRefs) };
  const flags = new Map<string, RuleDefinition>();
  for (const [name, flag] of Object.entries(definitions)) {
    flags.set(name, readFlag(flag, flagSet, ['flags', name]));
    if (flags.size % FLAGS_PER_STEP === 0) yield;
  }
  const document: RulesDocument = { flags, evaluatorFaults, revision };
  READ_DOCUMENTS.add(document);
  return document;
}

function isRulesDocument(source: unknown): source is RulesDocument {
  return typeof source === 'object' && source !== null && READ_DOCUMENTS.has(source);
}

const READ_DOCUMENTS = new WeakSet<object>();

/** The maximum size of a document. Ten thousand flags with targeting take about half of it. */
export const MAX_DOCUMENT_BYTES: number = 16 * 1024 * 1024;

/** A document as JSON and parsed. Throws a {@link GatekeeperError} if it is not JSON or is too large. */
export function parseDocument(source: unknown): { readonly text: string; readonly parsed: unknown } {
  const isString = typeof source === 'string';
  // A parsed document is copied, so that later changes to the object do not change the rules.
  const text = isString ? source.replace(BYTE_ORDER_MARK, '') : stringifyDocument(source);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_DOCUMENT_BYTES) {
    throw schemaErrorAtStart(`it must have at most ${MAX_DOCUMENT_BYTES} bytes; it has ${bytes}`, undefined);
  }
  return { text, parsed: isString ? parseJson(text) : JSON.parse(text) };
}

const BYTE_ORDER_MARK = /^\uFEFF/;

function stringifyDocument(document: unknown): string {
  try {
    const text: unknown = JSON.stringify(document);
    if (typeof text === 'string') return text;
  } catch (cause) {
    throw new GatekeeperError('ERR_GK_RULES_JSON', `The rules document cannot be written as JSON: ${cause}`, { cause });
  }
  const expected = 'The rules must be an object { flags: … }, the same as a JSON string, or a source';
  throw new GatekeeperError('ERR_GK_RULES_SCHEMA', `${expected}; got ${kindOf(document)}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const position = syntaxErrorIn(text);
    const what = describeSyntaxError(text, position);
    throw new GatekeeperError('ERR_GK_RULES_JSON', `${refusedPrefix(position)}${what}`, { cause, position });
  }
}

function describeSyntaxError(text: string, position: TextPosition | undefined): string {
  if (text.trim() === '') return 'it is empty';
  const error = position && commonMistakeAt(text, position);
  if (/^\s*\{/.test(text)) return error ?? 'it must be JSON; there is a syntax error here';
  if (YAML.test(text.slice(0, 2_000)))
    return 'it must be JSON, and looks like YAML; convert it with "npx js-yaml rules.yaml > rules.json"';
  return error ?? 'it must be JSON; to read a file, pass fileSource(path)';
}

/** The message if the syntax error is something that JSON5 or JavaScript allows and JSON does not. */
function commonMistakeAt(text: string, { line, column }: TextPosition): string | undefined {
  const lines = text.split('\n', line);
  const lastLine = lines.pop() ?? '';
  const before = [...lines, lastLine.slice(0, column - 1)].join('\n');
  const rest = lastLine.slice(column - 1);
  if (/^(?:\/[/*]|#)/.test(rest)) return 'JSON has no comments; remove them';
  if (rest.startsWith("'")) return 'JSON strings need double quotes; replace the single quotes';
  if (/^[}\]]/.test(rest) && before.trimEnd().endsWith(',')) return 'remove the comma before this bracket';
  return undefined;
}

// After any comments: a document marker (`---`), or a key that is not inside braces.
const YAML = /^(?:[ \t]*(?:[#%][^\n]*)?\r?\n)*(?:---\s|["']?[$\w-]+["']?:(?:\s|$))/;

function flagsOf(document: unknown, resolveRefs: ResolveRefs, text: string | undefined): object {
  if (!isJsonObject(document))
    throw schemaErrorAtStart(`it must be { "flags": … }; got ${formatValue(document)}`, text);
  if (!Object.hasOwn(document, 'flags')) {
    throw schemaErrorAtStart('it must be { "flags": … }; it has no "flags"', text);
  }
  const isReference = isJsonObject(document.flags) && refName(document.flags) !== undefined;
  const flags = isReference ? resolveOr(() => resolveRefs(document.flags), document.flags) : document.flags;
  if (isJsonObject(flags)) return flags;
  const position = text === undefined ? undefined : positionOf(text, ['flags']);
  throw schemaErrorAt(position, `flags must be an object; got ${formatValue(flags)}`);
}

function evaluatorFaultsOf(document: unknown, resolveRefs: ResolveRefs): ReadonlyMap<string, RuleFault> {
  const evaluators = (document as Record<string, unknown>).$evaluators;
  if (!isJsonObject(evaluators)) return new Map();
  const faults = Object.entries(evaluators).map(
    ([name, rule]) =>
      [name, findOperatorFault(resolveRefs(rule, Number.POSITIVE_INFINITY), ['$evaluators', name])] as const,
  );
  return new Map(faults.filter((entry): entry is [string, RuleFault] => entry[1] !== undefined));
}

function metadataOf(document: unknown, resolveRefs: ResolveRefs): unknown {
  return resolveOr(() => resolveRefs((document as Record<string, unknown>).metadata), undefined);
}

/** The result of `resolve`, or `fallback` if it is too large. */
function resolveOr(resolve: () => unknown, fallback: unknown): unknown {
  try {
    return resolve();
  } catch (cause) {
    if (cause instanceof TooManyParts) return fallback;
    throw cause;
  }
}

function schemaErrorAtStart(what: string, text: string | undefined): GatekeeperError {
  return schemaErrorAt(text === undefined ? undefined : positionOf(text, []), what);
}

function schemaErrorAt(position: TextPosition | undefined, what: string): GatekeeperError {
  return new GatekeeperError('ERR_GK_RULES_SCHEMA', `${refusedPrefix(position)}${what}`, { position });
}

function refusedPrefix(position: TextPosition | undefined): string {
  const where = position === undefined ? '' : `, line ${position.line}, column ${position.column}`;
  return `The rules document is refused${where}: `;
}
