import type { ProposedOverrides } from './override-plan.ts';
import { readShareLink } from './share-link.ts';

/** What a pasted text proposes, or why it proposes nothing. */
export type ImportResult =
  | { readonly kind: 'empty' }
  | { readonly kind: 'entries'; readonly entries: ProposedOverrides }
  | { readonly kind: 'problem'; readonly problem: ImportProblem };

export type ImportProblem = 'too-large' | 'not-json' | 'not-an-object';

// Sixteen times what a cookie holds: room for white space, and no more to draw than a browser bears.
const MAX_LENGTH = 65_536;

/** Reads overrides from a text that somebody pastes: variants by flag as JSON, or a link that shares them. Never throws. */
export function parseImport(text: string): ImportResult {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'empty' };
  if (trimmed.length > MAX_LENGTH) return { kind: 'problem', problem: 'too-large' };
  return parseLink(trimmed) ?? parseJson(trimmed);
}

function parseLink(text: string): ImportResult | undefined {
  if (!/^https?:\/\/\S+$/.test(text)) return undefined;
  const reading = readShareLink(text);
  if (reading.kind === 'entries') return reading;
  const isTooLarge = reading.kind === 'unreadable' && reading.problem === 'too-large';
  return { kind: 'problem', problem: isTooLarge ? 'too-large' : 'not-json' };
}

function parseJson(text: string): ImportResult {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { kind: 'problem', problem: 'not-json' };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return { kind: 'problem', problem: 'not-an-object' };
  }
  return { kind: 'entries', entries: new Map(Object.entries(parsed)) };
}
