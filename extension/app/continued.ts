import { type FlagRow, flagRows } from './flag-rows.ts';
import { isManifestCurrent, type Ready, type SessionState, type Trouble } from './session-state.ts';

/** What came before a further look at a page: a write of this popup's, or one of somebody else's. */
export type Aftermath = 'written' | 'changed';

/** A later look at the same site keeps what only this popup knows. */
export function continued(before: SessionState, next: SessionState, after: Aftermath | undefined): SessionState {
  if (after === undefined || next.kind !== 'ready' || before.kind !== 'ready' || before.origin !== next.origin) {
    return next;
  }
  const { overriddenFirst, undo } = before;
  const changed = before.changed || after === 'changed';
  return { ...next, changed, overriddenFirst, undo, trouble: troubleAfter(next, before.trouble, after) };
}

// What went wrong stays said until the next edit; whether the server has heard of the cookie is judged at each look.
function troubleAfter(next: Ready, before: Trouble | undefined, after: Aftermath): Trouble | undefined {
  const wasUnheard = before?.kind === 'not-received';
  if (before !== undefined && !wasUnheard) return before;
  // Another window may have written while the manifest was on its way.
  const isUnheard =
    (after === 'written' || wasUnheard) &&
    flagRows(next.manifest, next.stored, isManifestCurrent(next)).some(isNotUsed);
  return isUnheard ? { kind: 'not-received', name: next.cookie.name } : undefined;
}

// Where nobody can choose, a server has its reasons, named or not.
const isNotUsed = ({ doubt, readOnly }: FlagRow): boolean => doubt?.kind === 'not-used' && readOnly === undefined;
