import type { JSX } from 'preact';
import type { Evaluated, PanelState } from '../app/panel-state.ts';
import type { LogEntry } from '../app/request-log.ts';
import type { PanelActions } from './panel-actions.ts';
import { moveAmongFlags } from './panel-keys.ts';
import { RequestRow } from './request-row.tsx';
import { say } from './words.ts';

interface RequestListProps {
  readonly state: PanelState;
  readonly shown: readonly LogEntry[];
  readonly actions: PanelActions;
}

/** The requests, the newest last and in sight. One Tab leads to the flags, the arrows from one to the next. */
export function RequestList({ state, shown, actions }: RequestListProps): JSX.Element {
  if (shown.length === 0) return <Nothing isFiltered={state.log.entries.length > 0} />;
  const drawn = shown.slice(-state.drawn);
  const stop = tabStop(drawn, state.focus);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard, also without a flag
    <section class="log" tabIndex={0} aria-label={say('panelRequests')} onKeyDown={moveAmongFlags}>
      <ol>
        {drawn.length < shown.length && (
          <li class="earlier">
            <button type="button" class="link" onClick={actions.readBack}>
              {say('panelEarlier')}
            </button>
          </li>
        )}
        {drawn.map((entry) =>
          entry.kind === 'navigation' ? (
            <li key={entry.id} class="navigation">
              {say('panelNavigated', entry.url)}
            </li>
          ) : (
            <RequestRow
              key={entry.id}
              entry={entry}
              site={state.site}
              isUnfolded={state.unfolded.has(entry.id)}
              picked={state.picked?.flag}
              tabStop={stop?.id === entry.id ? stop.flag : undefined}
              actions={actions}
            />
          ),
        )}
      </ol>
    </section>
  );
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }): JSX.Element {
  return (
    <div class="log">
      <div class="notice calm" role="status">
        <h2>{isFiltered ? say('panelNoMatchTitle') : say('panelEmptyTitle')}</h2>
        <p>{isFiltered ? say('panelNoMatch') : say('panelEmpty')}</p>
      </div>
    </div>
  );
}

/** Where Tab leads: to the flag that the keyboard stood on, else to the newest request's first. */
function tabStop(drawn: readonly LogEntry[], focus: Evaluated | undefined): Evaluated | undefined {
  if (focus !== undefined && drawn.some(({ id }) => id === focus.id)) return focus;
  for (const entry of drawn.toReversed()) {
    const flag = entry.kind === 'request' ? entry.evaluations.flags[0]?.flag : undefined;
    if (flag !== undefined) return { id: entry.id, flag };
  }
  return undefined;
}
