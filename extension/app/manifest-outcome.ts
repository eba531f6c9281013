import { type Manifest, type ManifestProblem, parseManifest, shownText } from '../../server-lib/wire.ts';
import type { ClosedDetour, ManifestAnswer } from './ports.ts';

/** What the answer to the question for a manifest means. */
export type ManifestOutcome =
  | { readonly kind: 'manifest'; readonly manifest: Manifest; readonly dropped: number }
  /** The site has none: a fact, not a fault. */
  | { readonly kind: 'absent'; readonly why: Absence }
  | { readonly kind: 'problem'; readonly problem: Problem };

export type Absence =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'media-type'; readonly mediaType: string }
  | { readonly kind: 'redirected' };

/** Something that wants the person's attention. */
export type Problem =
  | { readonly kind: 'server-error'; readonly status: number }
  | { readonly kind: 'request-refused'; readonly status: number }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'unreachable'; readonly isUpgraded: boolean | 'perhaps' }
  | { readonly kind: 'blocked-by-page'; readonly detour: ClosedDetour }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'charset'; readonly charset: string }
  | { readonly kind: 'malformed'; readonly manifest: ManifestProblem };

/** Judges what came back: status 200, JSON in UTF-8 and a manifest of version 1, or the reason why not. */
export function manifestOutcome(answer: ManifestAnswer): ManifestOutcome {
  if (answer.kind === 'redirected') return { kind: 'absent', why: { kind: 'redirected' } };
  if (answer.kind === 'blocked-by-page') {
    return { kind: 'problem', problem: { kind: answer.kind, detour: answer.detour } };
  }
  if (answer.kind !== 'response') return { kind: 'problem', problem: answer };
  const { status, contentType, body } = answer;
  if (status >= 500) return { kind: 'problem', problem: { kind: 'server-error', status } };
  // 400 and 431 are what servers say to more cookies than they take.
  if (status === 400 || status === 431) return { kind: 'problem', problem: { kind: 'request-refused', status } };
  if (status !== 200) return { kind: 'absent', why: { kind: 'status', status } };
  const { mediaType, charset } = parseContentType(contentType);
  if (mediaType !== 'application/json') return { kind: 'absent', why: { kind: 'media-type', mediaType } };
  if (charset !== 'utf-8') return { kind: 'problem', problem: { kind: 'charset', charset } };
  const reading = parseManifest(body);
  return reading.kind === 'manifest'
    ? reading
    : { kind: 'problem', problem: { kind: 'malformed', manifest: reading.problem } };
}

// RFC 9110 8.3.1: type and parameters without regard to case, a parameter's value perhaps quoted.
function parseContentType(header: string): { readonly mediaType: string; readonly charset: string } {
  // A header can be far longer than what anybody wants to see of it in a message.
  const [mediaType = '', ...parameters] = (shownText(header) ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length) ?? 'utf-8';
  const named = charset.replace(/^"(.*)"$/, '$1');
  return { mediaType, charset: named === 'utf8' ? 'utf-8' : named };
}
