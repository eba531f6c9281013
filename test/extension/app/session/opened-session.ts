import { setImmediate } from 'node:timers/promises';
import { flagRows } from '../../../../extension/app/flags/flag-rows.ts';
import { Session } from '../../../../extension/app/session/session.ts';
import { isManifestCurrent, type Ready } from '../../../../extension/app/session/session-state.ts';
import { FakePage } from '../../../fakes/page/fake-page.ts';

/** A session that has read the flags of `page`. */
export async function openedSession(page: FakePage = new FakePage()): Promise<Session> {
  const session = new Session(page);
  await session.open();
  return session;
}

/** The state of a session that shows flags. */
export function ready({ state }: Session): Ready {
  if (state.kind !== 'ready') throw new Error(`the session is ${state.kind}`);
  return state;
}

/** What the popup shows for one flag: the chosen variant, and the server's evaluation. */
export function shown(session: Session, name: string): string {
  const state = ready(session);
  const rows = flagRows(state.manifest, state.stored, isManifestCurrent(state));
  const row = rows.find(({ flag }) => flag.name === name);
  if (row === undefined) throw new Error(`no flag ${name}`);
  return `${row.chosen} | ${row.flag.current} ${row.flag.source}`;
}

/** Lets all pending promises settle, except those that a barrier holds. */
export const settled = (): Promise<void> => setImmediate();
