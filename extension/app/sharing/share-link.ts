import {
  type CookieParseResult,
  type CookieProblem,
  decodeOverrides,
  OVERRIDE_COOKIE,
  PROPOSAL_FRAGMENT,
} from '../../../server-lib/wire.ts';
import type { Ready } from '../session/session-state.ts';
import { encodeEntries } from '../session/stored-overrides.ts';
import { shareableUrl } from '../settings/site-urls.ts';
import { type ProposedOverrides, planOverrides } from './override-plan.ts';

/** A link to a page that proposes overrides. They are in the fragment, which browsers do not send to servers. */
export function shareLink(href: string, overrides: ReadonlyMap<string, string>): string {
  return `${shareableUrl(href)}${PROPOSAL_FRAGMENT}${encodeEntries(overrides)}`;
}

/** Reads the proposed overrides from a URL, or any other string with such a fragment. Never throws. */
export function readShareLink(text: string): CookieParseResult {
  const hash = text.indexOf('#');
  if (hash === -1 || !text.startsWith(PROPOSAL_FRAGMENT, hash)) return { kind: 'absent' };
  return decodeOverrides(text.slice(hash + PROPOSAL_FRAGMENT.length), OVERRIDE_COOKIE);
}

/** The overrides that the URL of a page proposes. */
type Proposal =
  | { readonly kind: 'overrides'; readonly proposed: ProposedOverrides }
  | { readonly kind: 'unreadable'; readonly problem: CookieProblem };

/** The proposal in the page's URL; `undefined` if there is none, or if all of it has been applied. */
export function readProposal(site: Ready): Proposal | undefined {
  const reading = readShareLink(site.record.href);
  if (reading.kind === 'absent') return undefined;
  if (reading.kind === 'unreadable') return { kind: 'unreadable', problem: reading.problem };
  const { changes, same, refused } = planOverrides(site, reading.entries, 'add');
  // The proposal is done when everything that can be applied is applied.
  const isDone = changes.length === 0 && (same.length > 0 || refused.length === 0);
  return isDone ? undefined : { kind: 'overrides', proposed: reading.entries };
}
