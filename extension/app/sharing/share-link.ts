import {
  type CookieParseResult,
  type CookieProblem,
  decodeOverrides,
  OVERRIDE_COOKIE,
} from '../../../server-lib/wire.ts';
import type { Ready } from '../session/session-state.ts';
import { encodeEntries } from '../session/stored-overrides.ts';
import { shareableUrl } from '../settings/site-urls.ts';
import { type ProposedOverrides, planOverrides } from './override-plan.ts';

// docs/protocol.md section 7. The name is the same on every site, whatever its cookie is called.
const FRAGMENT = '#gatekeeper=';

/** The link to a page that proposes overrides: a fragment, so that no server ever hears of it. */
export function shareLink(href: string, overrides: ReadonlyMap<string, string>): string {
  return `${shareableUrl(href)}${FRAGMENT}${encodeEntries(overrides)}`;
}

/** What a page's address, or any text with such a fragment, proposes. Never throws. */
export function readShareLink(text: string): CookieParseResult {
  const hash = text.indexOf('#');
  if (hash === -1 || !text.startsWith(FRAGMENT, hash)) return { kind: 'absent' };
  return decodeOverrides(text.slice(hash + FRAGMENT.length), OVERRIDE_COOKIE);
}

/** What the address of a page proposes to whoever opened it. */
export type Proposal =
  | { readonly kind: 'overrides'; readonly proposed: ProposedOverrides }
  | { readonly kind: 'unreadable'; readonly problem: CookieProblem };

/** The proposal of a page's address, as long as there is something in it that is not set already. */
export function readProposal(site: Ready): Proposal | undefined {
  const reading = readShareLink(site.record.href);
  if (reading.kind === 'absent') return undefined;
  if (reading.kind === 'unreadable') return { kind: 'unreadable', problem: reading.problem };
  const { changes, same, refused } = planOverrides(site, reading.entries, 'add');
  // Once what can be applied is applied, the rest would only be in the way.
  const isDone = changes.length === 0 && (same.length > 0 || refused.length === 0);
  return isDone ? undefined : { kind: 'overrides', proposed: reading.entries };
}
