import type { JSX, TargetedUIEvent } from 'preact';
import { displayString } from '../../../server-lib/wire.ts';
import { type Browsing, filterCounts, visibleRows } from '../../app/flags/browsing-store.ts';
import {
  type OrphanOverride,
  orphanOverrides,
  type RedundantOverride,
  redundantOverrides,
  type SiteRow,
  siteRows,
} from '../../app/flags/flag-rows.ts';
import type { Ready } from '../../app/session/session-state.ts';
import type { SharingState } from '../../app/sharing/sharing-store.ts';
import { t } from '../i18n/translate.ts';
import type { PopupActions } from '../popup/popup-actions.ts';
import { writeErrorMessage } from '../shared/notice-messages.ts';
import { Facts, Notice } from '../shared/notices.tsx';
import { ProposalCard } from '../sharing/plan-preview.tsx';
import { FlagCard, today } from './flag-card.tsx';
import { ignoredText, listFacts, siteFacts } from './flag-texts.ts';
import { Filters, Footer, GrantLine, RedundantOverrides, Search, ViewButtons } from './flag-tools.tsx';

interface SiteFlagsProps {
  readonly state: Ready;
  readonly browsing: Browsing;
  readonly sharing: SharingState;
  /** What comes later than the flags; `undefined` until then. */
  readonly views: typeof import('../popup/lazy-views.ts') | undefined;
  readonly actions: PopupActions;
}

/** A site's flags: search, list, and what can be done with all of them. */
export function SiteFlags({ state, browsing, sharing, views, actions }: SiteFlagsProps): JSX.Element {
  const { search, filter, rowLimit, visited } = browsing;
  const rows = siteRows(state, today());
  const left = orphanOverrides(state.manifest, state.stored);
  const found = visibleRows(rows, browsing, state.initiallyOverridden);
  const redundant = redundantOverrides(rows, left);
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
        <WriteErrorNotice state={state} idle={redundant} views={views} actions={actions} />
        <GrantLine overrides={state.manifest.overrides} actions={actions} />
        <Facts lines={[...siteFacts(state), ...listFacts(state, browsing, found.length + shownLeft.length)]} />
        <RedundantOverrides redundant={redundant} onCleanUp={actions.removeOverrides} />
      </div>
      <ProposalCard site={state} dismissed={sharing.dismissed} actions={actions.sharing} />
      <FlagList rows={found} orphans={shownLeft} rowLimit={rowLimit} visited={visited} actions={actions} />
      <Footer state={state} actions={actions} />
    </>
  );
}

interface WriteErrorNoticeProps extends Pick<SiteFlagsProps, 'state' | 'views' | 'actions'> {
  readonly idle: readonly RedundantOverride[];
}

function WriteErrorNotice({
  state: { stored, writeError },
  idle,
  views,
  actions,
}: WriteErrorNoticeProps): JSX.Element | null {
  if (writeError === undefined) return null;
  const excess = writeError.kind === 'too-large' ? writeError.excess : 0;
  const inTheWay = views?.evictions(stored, excess, new Set(idle.map(({ name }) => name))) ?? [];
  return (
    <Notice message={writeErrorMessage(writeError)} onRetry={actions.retry}>
      {inTheWay.length > 0 && (
        <button type="button" data-action="make-room" onClick={() => actions.removeOverrides(inTheWay)}>
          {t('clearThese', inTheWay.map(displayString).join(', '))}
        </button>
      )}
    </Notice>
  );
}

interface FlagListProps {
  readonly rows: readonly SiteRow[];
  readonly orphans: readonly OrphanOverride[];
  /** How many of the rows to draw; the search reaches the others. */
  readonly rowLimit: number;
  readonly visited: Browsing['visited'];
  readonly actions: Pick<PopupActions, 'choose' | 'loadMore'>;
}

/** The flags, drawn in portions as the reader scrolls. */
function FlagList({ rows, orphans, rowLimit, visited, actions }: FlagListProps): JSX.Element {
  const readOn = ({ currentTarget: list }: TargetedUIEvent<HTMLDivElement>): void => {
    const isNearEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 2 * list.clientHeight;
    if (isNearEnd && rowLimit < rows.length) actions.loadMore();
  };
  return (
    <div class="list" onScroll={readOn}>
      {orphans.map((orphan) => (
        <OrphanCard key={`leftover ${orphan.name}`} orphan={orphan} onRemove={() => actions.choose(orphan.name, '')} />
      ))}
      {rows.slice(0, rowLimit).map((row) => (
        <FlagCard
          key={row.flag.name}
          row={row}
          visited={visited.get(row.flag.name) ?? NONE}
          onChoose={(variant) => actions.choose(row.flag.name, variant)}
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

/** An override of a flag that the site does not list: a forgotten one, as a rule. */
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
