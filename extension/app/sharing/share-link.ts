import {
  type CookieParseResult,
  type CookieProblem,
  decodeOverrides,
  OVERRIDE_COOKIE,
  PROPOSAL_FRAGMENT,
} from '../../../server-lib/wire.ts';
import type { Ready } from '../session/session-state.ts';
import { encodeEntries } from '../session/stored-overrides.ts';
import { isLoopback, shareableUrl } from '../settings/site-urls.ts';
import { type ProposedOverrides, planOverrides } from './override-plan.ts';

/** A link to a page that proposes overrides. They are in the fragment, which browsers do not send to servers. */
export function shareLink(href: string, overrides: ReadonlyMap<string, string>): string {
  return `${shareableUrl(href)}${PROPOSAL_FRAGMENT}${encodeEntries(overrides)}`;
}

/** How to open the site's override page on a phone. */
export type PhoneLink =
  /** The tab's host is this computer itself, so a phone cannot open it. */
  | { readonly kind: 'loopback'; readonly hostname: string }
  /** `link` proposes all overrides. `code` is for the QR code: the same link, or else the page alone. */
  | { readonly kind: 'link'; readonly link: string; readonly code: string };

/**
 * The link to the site's override page for a phone; `undefined` if the site has no such page, or if not even the page's address
 * fits into a code.
 */
export function phoneLink({ origin, manifest: { page }, stored }: Ready): PhoneLink | undefined {
  if (page === undefined || page.length > MAX_CODE_LENGTH - origin.length) return undefined;
  const { hostname } = new URL(origin);
  if (isLoopback(hostname)) return { kind: 'loopback', hostname };
  const address = shareableUrl(origin + page);
  const link = stored.variants.size === 0 ? address : shareLink(address, stored.variants);
  return { kind: 'link', link, code: link.length > MAX_CODE_LENGTH ? address : link };
}

// The capacity of version 17 with error correction L, in bytes (ISO/IEC 18004, table 7). It is the largest version whose modules
// are three pixels wide in a popup of 320 pixels, about twice the smallest module that a phone's camera reads.
const MAX_CODE_LENGTH = 644;

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
