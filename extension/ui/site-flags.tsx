import type { JSX } from 'preact';
import { shownText } from '../../server-lib/wire.ts';
import { type Browsing, filterCounts, foundRows } from '../app/browsing.ts';
import { leftovers } from '../app/flag-rows.ts';
import type { Ready } from '../app/session-state.ts';
import type { Sharing } from '../app/share-desk.ts';
import { type IdleOverride, idleOverrides, siteRows } from '../app/site-rows.ts';
import type { Actions } from './actions.ts';
import { CleanUp } from './clean-up.tsx';
import { Filters } from './filters.tsx';
import { FlagList } from './flag-list.tsx';
import { Footer } from './footer.tsx';
import { GrantLine } from './grant-line.tsx';
import { lookFacts, siteFacts } from './messages.ts';
import { Facts, Notice } from './notices.tsx';
import { ProposalCard } from './proposal-card.tsx';
import { Search } from './search.tsx';
import { today } from './today.ts';
import { troubleMessage } from './trouble-messages.ts';
import { ViewButtons } from './view-buttons.tsx';
import { say } from './words.ts';

interface SiteFlagsProps {
  readonly state: Ready;
  readonly browsing: Browsing;
  readonly sharing: Sharing;
  /** What comes later than the flags; `undefined` until then. */
  readonly views: typeof import('./views.ts') | undefined;
  readonly actions: Actions;
}

/** A site's flags: search, list, and what can be done with all of them. */
export function SiteFlags({ state, browsing, sharing, views, actions }: SiteFlagsProps): JSX.Element {
  const { search, filter, drawn, visited } = browsing;
  const rows = siteRows(state, today());
  const left = leftovers(state.manifest, state.stored);
  const found = foundRows(rows, browsing, state.overriddenFirst);
  const idle = idleOverrides(rows, left);
  const shownLeft = search === '' && filter !== 'page' ? left : [];
  return (
    <>
      <div class="tools">
        <div class="finding">
          <Search flags={rows.length} text={search} onSearch={actions.search} />
          <ViewButtons onView={actions.view} />
        </div>
        {rows.length > 0 && (
          <Filters chosen={filter} counts={filterCounts(rows, left.length)} onFilter={actions.filter} />
        )}
        <Trouble state={state} idle={idle} views={views} actions={actions} />
        <GrantLine overrides={state.manifest.overrides} actions={actions} />
        <Facts lines={[...siteFacts(state), ...lookFacts(state, browsing, found.length + shownLeft.length)]} />
        <CleanUp idle={idle} onCleanUp={actions.cleanUp} />
      </div>
      <ProposalCard site={state} dismissed={sharing.dismissed} actions={actions.sharing} />
      <FlagList rows={found} leftovers={shownLeft} drawn={drawn} visited={visited} actions={actions} />
      <Footer state={state} actions={actions} />
    </>
  );
}

interface TroubleProps extends Pick<SiteFlagsProps, 'state' | 'views' | 'actions'> {
  readonly idle: readonly IdleOverride[];
}

function Trouble({ state: { stored, trouble }, idle, views, actions }: TroubleProps): JSX.Element | null {
  if (trouble === undefined) return null;
  const excess = trouble.kind === 'too-large' ? trouble.excess : 0;
  const inTheWay = views?.clearedForRoom(stored, excess, new Set(idle.map(({ name }) => name))) ?? [];
  return (
    <Notice message={troubleMessage(trouble)} onRetry={actions.retry}>
      {inTheWay.length > 0 && (
        <button type="button" data-action="make-room" onClick={() => actions.cleanUp(inTheWay)}>
          {say('clearThese', inTheWay.map(shownText).join(', '))}
        </button>
      )}
    </Notice>
  );
}
