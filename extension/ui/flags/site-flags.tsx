import type { ComponentChildren, JSX, TargetedUIEvent } from 'preact';
import { type Browsing, filterCounts, visibleRows } from '../../app/flags/browsing-store.ts';
import { orphanOverrides, redundantOverrides, type SiteRow, siteRows } from '../../app/flags/flag-rows.ts';
import { isCookieShared, type Ready } from '../../app/session/session-state.ts';
import type { SharingState } from '../../app/sharing/sharing-store.ts';
import type { PopupActions } from '../popup/popup-actions.ts';
import { Facts } from '../shared/notices.tsx';
import { FlagCard, today } from './flag-card.tsx';
import { listFacts, siteFacts } from './flag-texts.ts';
import { Filters, Footer, GrantLine, Search, ViewButtons } from './flag-tools.tsx';

interface SiteFlagsProps {
  readonly state: Ready;
  readonly browsing: Browsing;
  readonly sharing: SharingState;
  /** The lazily loaded views; `undefined` until they are loaded. */
  readonly views: typeof import('../popup/lazy-views.ts') | undefined;
  readonly actions: PopupActions;
}

/** A site's flags: search, list, and the actions on all of them. */
export function SiteFlags({ state, browsing, sharing, views, actions }: SiteFlagsProps): JSX.Element {
  const { search, filter, rowLimit, visited } = browsing;
  const rows = siteRows(state, today());
  const orphans = orphanOverrides(state.manifest, state.stored, isCookieShared(state));
  const found = visibleRows(rows, browsing, state.initiallyOverridden);
  const redundant = redundantOverrides(rows, orphans);
  const visibleOrphans = search === '' && filter !== 'page' ? orphans : [];
  return (
    <>
      <div class="tools">
        <div class="finding">
          <Search flags={rows.length} text={search} onSearch={actions.search} />
          <ViewButtons manifest={state.manifest} onView={actions.view} />
        </div>
        {rows.length > 0 && (
          <Filters chosen={filter} counts={filterCounts(rows, orphans.length)} onFilter={actions.filter} />
        )}
        {views && (
          <views.WriteErrorNotice site={state} redundant={redundant.map(({ name }) => name)} actions={actions} />
        )}
        {views && <views.CookieFacts site={state} />}
        {views && <views.SimulatedLine site={state} onStop={actions.removeOverrides} />}
        <GrantLine overrides={state.manifest.overrides} actions={actions} />
        <Facts lines={[...siteFacts(state), ...listFacts(state, browsing, found.length + visibleOrphans.length)]} />
        {views && <views.WatchLine site={state} filter={filter} actions={actions} />}
        {views && <views.RedundantOverrides redundant={redundant} onCleanUp={actions.removeOverrides} />}
      </div>
      {views && <views.ProposalCard site={state} dismissed={sharing.dismissed} actions={actions.sharing} />}
      <FlagList rows={found} rowLimit={rowLimit} visited={visited} actions={actions}>
        {views && <views.Leftovers orphans={visibleOrphans} onRemove={(name) => actions.choose(name, '')} />}
      </FlagList>
      <Footer state={state} views={views} actions={actions} />
    </>
  );
}

interface FlagListProps {
  readonly rows: readonly SiteRow[];
  /** The number of rows to render; the search covers all of them. */
  readonly rowLimit: number;
  readonly visited: Browsing['visited'];
  readonly actions: Pick<PopupActions, 'choose' | 'compare' | 'loadMore'>;
  /** What stands above the rows. */
  readonly children: ComponentChildren;
}

/** The flags, rendered page by page as the user scrolls. */
function FlagList({ rows, rowLimit, visited, actions, children }: FlagListProps): JSX.Element {
  const onScroll = ({ currentTarget: list }: TargetedUIEvent<HTMLDivElement>): void => {
    const isNearEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 2 * list.clientHeight;
    if (isNearEnd && rowLimit < rows.length) actions.loadMore();
  };
  return (
    <div class="list" onScroll={onScroll}>
      {children}
      {rows.slice(0, rowLimit).map((row) => (
        <FlagCard
          key={row.flag.name}
          row={row}
          visited={visited.get(row.flag.name) ?? NONE}
          onChoose={(variant) => actions.choose(row.flag.name, variant)}
          onCompare={actions.compare}
        />
      ))}
    </div>
  );
}

const NONE: readonly string[] = [];
