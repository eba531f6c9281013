import { GatekeeperError, type TextPosition } from '../../core/errors.ts';
import { formatValue } from '../../core/values.ts';
import { isJsonObject } from '../../wire/untrusted-json.ts';
import { runToEnd, type Steps } from '../time-slicing.ts';
import { findOperatorFault } from './check-operators.ts';
import { positionOf, syntaxErrorIn } from './json-position.ts';
import { readFlag } from './read-flag.ts';
import { createRefResolver, type ResolveRefs, refName, TooManyParts } from './references.ts';
import { type RuleDefinition, type RuleFault, type RulesDocument, revisionOf } from './rules-document.ts';

/**
 * A rules document, from its text or parsed; what was read already comes back as it is. Throws a {@link GatekeeperError}
 * for what is no JSON, has no `flags` or is larger than 16 MiB. Everything else is read flag by flag: one that cannot be
 * used has its `fault`.
 */
export function readDocument(source: unknown): RulesDocument {
  return runToEnd(readDocumentInSteps(source));
}

/** As {@link readDocument}, in steps between which others can have their turn. Each takes a millisecond or two. */
export function* readDocumentInSteps(source: unknown): Steps<RulesDocument> {
  if (isRulesDocument(source)) return source;
  const { text, parsed } = parseDocument(source);
  yield;
  const revision = revisionOf(text);
  const resolveRefs = createRefResolver(parsed);
  const flagsIn = flagsOf(parsed, resolveRefs, typeof source === 'string' ? text : undefined);
  yield;
  const evaluatorFaults = evaluatorFaultsOf(parsed, resolveRefs);
  const flagSet = { resolveRefs, metadata: metadataOf(parsed, resolveRefs) };
  const flags = new Map<string, RuleDefinition>();
  for (const [name, flag] of Object.entries(flagsIn)) {
    flags.set(name, readFlag(flag, flagSet, ['flags', name]));
    if (flags.size % FLAGS_PER_STEP === 0) yield;
  }
  const document: RulesDocument = { flags, evaluatorFaults, revision };
  READ_DOCUMENTS.add(document);
  return document;
}

const FLAGS_PER_STEP = 50;

function isRulesDocument(source: unknown): source is RulesDocument {
  return typeof source === 'object' && source !== null && READ_DOCUMENTS.has(source);
}

const READ_DOCUMENTS = new WeakSet<object>();

/** The most bytes of a document: ten thousand flags with targeting are half of it. Anything larger is something else. */
const MAX_DOCUMENT_BYTES: number = 16 * 1024 * 1024;

/** A document's text and what it says. Throws where that is no JSON, or too much of it. */
export function parseDocument(source: unknown): { readonly text: string; readonly parsed: unknown } {
  const isText = typeof source === 'string';
  // What is parsed already is copied: who changes it later does not change the rules.
  const text = isText ? source.replace(BYTE_ORDER_MARK, '') : stringifyDocument(source);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_DOCUMENT_BYTES) {
    throw schemaErrorAtStart(`it has ${bytes} bytes; a rules document has at most ${MAX_DOCUMENT_BYTES}`, undefined);
  }
  return { text, parsed: isText ? parseJson(text) : JSON.parse(text) };
}

const BYTE_ORDER_MARK = /^\uFEFF/;

function stringifyDocument(document: unknown): string {
  try {
    const text: unknown = JSON.stringify(document);
    if (typeof text === 'string') return text;
  } catch (cause) {
    throw new GatekeeperError('ERR_GK_RULES_JSON', `The rules document cannot be written as JSON: ${cause}`, { cause });
  }
  const way = 'a rules document is { flags: … }, its text, or a source';
  throw new GatekeeperError('ERR_GK_RULES_SCHEMA', `The rules are ${typeof document}; ${way}`);
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
  if (/^\s*\{/.test(text)) return `it stops being JSON here${error === undefined ? '' : `: ${error}`}`;
  if (YAML.test(text.slice(0, 2_000)))
    return 'only JSON is read, and this looks like YAML; convert it with "npx js-yaml rules.yaml > rules.json"';
  return error ?? 'it does not begin as JSON does; for a path, there is fileSource(path)';
}

/** What JSON5 and JavaScript allow and JSON does not, where a text stops being JSON. */
function commonMistakeAt(text: string, { line, column }: TextPosition): string | undefined {
  const lines = text.split('\n', line);
  const last = lines.pop() ?? '';
  const before = [...lines, last.slice(0, column - 1)].join('\n');
  const rest = last.slice(column - 1);
  if (/^(?:\/[/*]|#)/.test(rest)) return 'JSON has no comments; remove them';
  if (rest.startsWith("'")) return 'JSON has strings in double quotes only';
  if (/^[}\]]/.test(rest) && before.trimEnd().endsWith(',')) return 'remove the comma before this bracket';
  return undefined;
}

// A mark of the document's beginning, or, below comments, a key of its own line.
const YAML = /^(?:[ \t]*(?:[#%][^\n]*)?\r?\n)*(?:---\s|["']?[$\w-]+["']?:(?:\s|$))/;

function flagsOf(document: unknown, resolveRefs: ResolveRefs, text: string | undefined): object {
  if (!isJsonObject(document))
    throw schemaErrorAtStart(`a rules document is { "flags": … }, not ${formatValue(document)}`, text);
  if (!Object.hasOwn(document, 'flags')) {
    throw schemaErrorAtStart('there is no "flags"; a rules document is { "flags": … }', text);
  }
  const isReference = isJsonObject(document.flags) && refName(document.flags) !== undefined;
  const flags = isReference ? resolveOr(() => resolveRefs(document.flags), document.flags) : document.flags;
  if (isJsonObject(flags)) return flags;
  const position = text === undefined ? undefined : positionOf(text, ['flags']);
  throw schemaErrorAt(position, `flags is ${formatValue(flags)}, not an object`);
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

/** What `resolve` gives, or `otherwise` where that is too much. */
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
