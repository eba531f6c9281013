import { GatekeeperError, type TextPosition } from '../core/gatekeeper-error.ts';
import { type JsonPath, positionOf, syntaxErrorIn } from './json-position.ts';
import { withoutReferences } from './references.ts';
import { revisionOf } from './revision.ts';
import type { RulesDocument } from './rules-document.ts';
import { readFlags } from './schema.ts';
import { SchemaProblem } from './schema-problem.ts';

/**
 * A rules document, from its text or parsed. Throws a {@link GatekeeperError} for what is no JSON or not of flagd's
 * schema, with the place in the text.
 */
export function readDocument(source: unknown): RulesDocument {
  const isText = typeof source === 'string';
  // What is parsed already is copied: who changes it later does not change the rules.
  const text = isText ? source.replace(BYTE_ORDER_MARK, '') : writtenOut(source);
  const parsed = isText ? parse(text) : JSON.parse(text);
  try {
    return { ...readFlags(withoutReferences(parsed)), revision: revisionOf(text) };
  } catch (cause) {
    if (cause instanceof SchemaProblem) throw refused(cause.message, cause.path, isText ? text : undefined);
    if (cause instanceof RangeError)
      throw refused('it is nested too deeply, or refers to itself too often', [], undefined);
    throw cause;
  }
}

const BYTE_ORDER_MARK = /^\uFEFF/;

function writtenOut(document: unknown): string {
  try {
    const text: unknown = JSON.stringify(document);
    if (typeof text === 'string') return text;
  } catch (cause) {
    throw new GatekeeperError('ERR_GK_RULES_JSON', `The rules document cannot be written as JSON: ${cause}`, { cause });
  }
  const way = 'a rules document is { flags: … }, its text, or a source';
  throw new GatekeeperError('ERR_GK_RULES_SCHEMA', `The rules are ${typeof document}; ${way}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const position = syntaxErrorIn(text);
    const what = text.trim() === '' ? 'it is empty' : /^\s*\{/.test(text) ? 'it stops being JSON here' : NO_JSON;
    throw new GatekeeperError('ERR_GK_RULES_JSON', `${placed(position)}${what}`, { cause, position });
  }
}

const NO_JSON = 'it does not begin as JSON does; for a path, there is fileSource(path)';

function refused(what: string, path: JsonPath, text: string | undefined): GatekeeperError {
  const position = text === undefined ? undefined : positionOf(text, path);
  const name = path.join('.');
  const where = name === '' ? '' : `${name.length > 200 ? `${name.slice(0, 200)}…` : name} `;
  return new GatekeeperError('ERR_GK_RULES_SCHEMA', `${placed(position)}${where}${what}`, { position });
}

function placed(position: TextPosition | undefined): string {
  const where = position === undefined ? '' : `, line ${position.line}, column ${position.column}`;
  return `The rules document is refused${where}: `;
}
