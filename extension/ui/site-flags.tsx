import type { JSX } from 'preact';
import type { Browsing } from '../app/browsing.ts';
import { flagRows, leftovers, matching } from '../app/flag-rows.ts';
import type { Ready } from '../app/session-state.ts';
import { countOf } from '../app/stored-overrides.ts';
import type { Actions } from './actions.ts';
import { FlagList } from './flag-list.tsx';
import { GrantLine } from './grant-line.tsx';
import { siteFacts, troubleMessage } from './messages.ts';
import { Facts, Notice } from './notices.tsx';
import { Search } from './search.tsx';
import { say, sayCount } from './words.ts';

interface SiteFlagsProps {
  readonly state: Ready;
  readonly browsing: Browsing;
  readonly actions: Actions;
}

/** A site's flags: search, list, and what can be done with all of them. */
export function SiteFlags({ state, browsing: { search, drawn }, actions }: SiteFlagsProps): JSX.Element {
  const isCurrent = state.manifestSaw === state.stored.raw;
  const rows = matching(flagRows(state.manifest, state.stored, isCurrent), search);
  return (
    <>
      <div class="tools">
        <Search flags={state.manifest.flags.length} text={search} onSearch={actions.search} />
        {state.trouble && <Notice message={troubleMessage(state.trouble)} onRetry={actions.retry} />}
        <GrantLine overrides={state.manifest.overrides} actions={actions} />
        <Facts lines={siteFacts(state, rows.length === 0 ? search : '')} />
      </div>
      <FlagList
        rows={rows}
        leftovers={search === '' ? leftovers(state.manifest, state.stored) : []}
        drawn={drawn}
        actions={actions}
      />
      <Footer state={state} actions={actions} />
    </>
  );
}

function Footer({ state, actions }: Pick<SiteFlagsProps, 'state' | 'actions'>): JSX.Element {
  return (
    <footer>
      {state.undo && (
        <p class="undo" role="status">
          {sayCount(state.undo.kind, state.undo.count)}{' '}
          <button type="button" class="link" onClick={actions.undo}>
            {say('undo')}
          </button>
        </p>
      )}
      <p class="sum">{sayCount('overrideCount', countOf(state.stored))}</p>
      <button type="button" disabled={state.stored.raw === null} onClick={actions.clearAll}>
        {say('clearAll')}
      </button>
      <button type="button" class={state.changed ? 'primary' : ''} onClick={actions.reload}>
        {say('reload')}
      </button>
    </footer>
  );
}
