import type { JSX } from 'preact';
import type { PanelState } from '../app/panel-state.ts';
import { filtered } from '../app/request-filter.ts';
import type { SessionState } from '../app/session-state.ts';
import type { PanelActions } from './panel-actions.ts';
import { PanelFlag } from './panel-flag.tsx';
import { PanelTools } from './panel-tools.tsx';
import { RequestList } from './request-list.tsx';
import { say } from './words.ts';

interface PanelProps {
  readonly state: PanelState;
  /** What the page in the tab says of its flags; looked at once a flag has been picked. */
  readonly session: SessionState;
  /** Whether the browser lets a panel reach into pages at all. */
  readonly canReach: boolean;
  readonly actions: PanelActions;
}

/** The whole panel: the tab's requests, and beside them the flag that is being overridden. */
export function Panel({ state, session, canReach, actions }: PanelProps): JSX.Element {
  const { log, filter, picked } = state;
  const shown = filtered(log, filter);
  return (
    <main>
      <h1 class="visually-hidden">{say('panelTitle')}</h1>
      <PanelTools log={log} filter={filter} shown={shown} actions={actions} />
      <div class="columns">
        <RequestList state={state} shown={shown} actions={actions} />
        {picked && (
          <PanelFlag flag={picked.flag} panel={state} session={session} canReach={canReach} actions={actions} />
        )}
      </div>
    </main>
  );
}
