import type { ProposedOverrides } from './override-plan.ts';
import { readShareLink } from './share-link.ts';

/** The overrides in a pasted string, or why it has none. */
export type ImportResult =
  | { readonly kind: 'empty' }
  | { readonly kind: 'entries'; readonly entries: ProposedOverrides }
  | { readonly kind: 'problem'; readonly problem: ImportProblem };

export type ImportProblem = 'too-large' | 'not-json' | 'not-an-object';

// Sixteen times the size of a cookie: enough for white space, and not too much to render.
const MAX_LENGTH = 65_536;

/** Parses overrides from a pasted string: JSON with variants by flag, or a share link. Never throws. */
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
