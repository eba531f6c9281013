import type { JSX, TargetedUIEvent } from 'preact';
import { type Browsing, filterCounts, visibleRows } from '../../app/flags/browsing-store.ts';
import {
  type OrphanOverride,
  orphanOverrides,
  redundantOverrides,
  type SiteRow,
  siteRows,
} from '../../app/flags/flag-rows.ts';
import type { Ready } from '../../app/session/session-state.ts';
import type { SharingState } from '../../app/sharing/sharing-store.ts';
import { t } from '../i18n/translate.ts';
import type { PopupActions } from '../popup/popup-actions.ts';
import { Facts } from '../shared/notices.tsx';
import { FlagCard, today } from './flag-card.tsx';
import { ignoredText, listFacts, siteFacts } from './flag-texts.ts';
import { Filters, Footer, GrantLine, RedundantOverrides, Search, ViewButtons } from './flag-tools.tsx';

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
  const orphans = orphanOverrides(state.manifest, state.stored);
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
        <RedundantOverrides redundant={redundant} onCleanUp={actions.removeOverrides} />
      </div>
      {views && <views.ProposalCard site={state} dismissed={sharing.dismissed} actions={actions.sharing} />}
      <FlagList rows={found} orphans={visibleOrphans} rowLimit={rowLimit} visited={visited} actions={actions} />
      <Footer state={state} actions={actions} />
    </>
  );
}

interface FlagListProps {
  readonly rows: readonly SiteRow[];
  readonly orphans: readonly OrphanOverride[];
  /** The number of rows to render; the search covers all of them. */
  readonly rowLimit: number;
  readonly visited: Browsing['visited'];
  readonly actions: Pick<PopupActions, 'choose' | 'compare' | 'loadMore'>;
}

/** The flags, rendered page by page as the user scrolls. */
function FlagList({ rows, orphans, rowLimit, visited, actions }: FlagListProps): JSX.Element {
  const onScroll = ({ currentTarget: list }: TargetedUIEvent<HTMLDivElement>): void => {
    const isNearEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 2 * list.clientHeight;
    if (isNearEnd && rowLimit < rows.length) actions.loadMore();
  };
  return (
    <div class="list" onScroll={onScroll}>
      {orphans.map((orphan) => (
        <OrphanCard key={`leftover ${orphan.name}`} orphan={orphan} onRemove={() => actions.choose(orphan.name, '')} />
      ))}
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

interface OrphanCardProps {
  readonly orphan: OrphanOverride;
  readonly onRemove: () => void;
}

/** An override of a flag that the site does not list, usually a forgotten one. */
function OrphanCard({ orphan, onRemove }: OrphanCardProps): JSX.Element {
  const { label, variant, code } = orphan;
  return (
    <section class="card doubtful" aria-label={t('leftover', label)}>
      <h2 dir="ltr">{label}</h2>
      <p class="now">{variant ?? t('notAVariant')}</p>
      <p class="doubt">
        {code === undefined ? t('notListed') : ignoredText(code, variant ?? '')}{' '}
        <button
          type="button"
          data-action="remove"
          class="link"
          aria-label={`${t('removeOverride')}: ${label}`}
          onClick={onRemove}
        >
          {t('removeOverride')}
        </button>
      </p>
    </section>
  );
}
