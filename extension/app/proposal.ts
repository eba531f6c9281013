import type { CookieProblem } from '../../server-lib/wire.ts';
import { overridePlan, type Proposed } from './override-plan.ts';
import type { Ready } from './session-state.ts';
import { readShareLink } from './share-link.ts';

/** What the address of a page proposes to whoever opened it. */
export type Proposal =
  | { readonly kind: 'overrides'; readonly proposed: Proposed }
  | { readonly kind: 'unreadable'; readonly problem: CookieProblem };

/** The proposal of a page's address, as long as there is something in it that is not set already. */
export function proposalOf(site: Ready): Proposal | undefined {
  const reading = readShareLink(site.record.href);
  if (reading.kind === 'absent') return undefined;
  if (reading.kind === 'unreadable') return { kind: 'unreadable', problem: reading.problem };
  const { changes, same, refused } = overridePlan(site, reading.entries, 'add');
  // Once what can be applied is applied, the rest would only be in the way.
  const isDone = changes.length === 0 && (same.length > 0 || refused.length === 0);
  return isDone ? undefined : { kind: 'overrides', proposed: reading.entries };
}
