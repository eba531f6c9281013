import type { JSX } from 'preact';
import type { Manifest } from '../../../server-lib/wire.ts';
import { FILTERS, type Filter, type View } from '../../app/flags/browsing-store.ts';
import type { Ready } from '../../app/session/session-state.ts';
import { overrideCount } from '../../app/session/stored-overrides.ts';
import { type MessageKey, t, tCount } from '../i18n/translate.ts';
import type { PopupActions } from '../popup/popup-actions.ts';
import { PersonIcon, ScenariosIcon, SearchIcon, ShareIcon } from '../shared/icons.tsx';

interface SearchProps {
  readonly flags: number;
  readonly text: string;
  readonly onSearch: (text: string) => void;
}

/** The search field. */
export function Search({ flags, text, onSearch }: SearchProps): JSX.Element {
  return (
    <div class="search">
      <SearchIcon />
      <input
        type="search"
        aria-label={t('searchFlags')}
        placeholder={tCount('searchAmong', flags)}
        value={text}
        onInput={({ currentTarget }) => onSearch(currentTarget.value)}
      />
    </div>
  );
}

const VIEW_BUTTONS = [
  ['view-as', 'viewAs', PersonIcon],
  ['scenarios', 'scenarios', ScenariosIcon],
  ['share', 'share', ShareIcon],
] as const;

interface ViewButtonsProps {
  readonly manifest: Manifest;
  readonly onView: (view: View) => void;
}

/** The buttons that open the other views. */
export function ViewButtons({ manifest: { context, overrides }, onView }: ViewButtonsProps): JSX.Element {
  const canSimulate = context !== undefined && overrides.state === 'enabled';
  return (
    <>
      {VIEW_BUTTONS.slice(canSimulate ? 0 : 1).map(([view, name, Icon]) => (
        <button
          key={view}
          type="button"
          data-action={view}
          class="tool"
          data-view={view}
          title={t(name)}
          aria-label={t(name)}
          onClick={() => onView(view)}
        >
          <Icon />
        </button>
      ))}
    </>
  );
}

interface FiltersProps {
  readonly chosen: Filter;
  readonly counts: Readonly<Record<Filter, number>>;
  readonly onFilter: (filter: Filter) => void;
}

const FILTER_LABELS: Readonly<Record<Filter, MessageKey>> = {
  all: 'filterAll',
  overridden: 'filterOverridden',
  page: 'filterPage',
};

/** The filter buttons, with the number of flags for each. */
export function Filters({ chosen, counts, onFilter }: FiltersProps): JSX.Element {
  return (
    // biome-ignore lint/a11y/useSemanticElements: each fieldset is a flag's row, with the flag's name as its legend
    <div class="filters" role="group" aria-label={t('filterLabel')}>
      {FILTERS.map((filter) => (
        <button
          key={filter}
          type="button"
          data-action={`filter-${filter}`}
          aria-pressed={filter === chosen}
          onClick={() => onFilter(filter)}
        >
          {t(FILTER_LABELS[filter])} <span class="count">{counts[filter]}</span>
        </button>
      ))}
    </div>
  );
}

interface GrantLineProps {
  readonly overrides: Manifest['overrides'];
  readonly actions: Pick<PopupActions, 'requestGrant' | 'revokeGrant'>;
}

/** On a site with grants: a button that requests one, or how long the grant lasts and a button that revokes it. */
export function GrantLine({ overrides, actions }: GrantLineProps): JSX.Element | null {
  const { state, grantUrl, expiresIn } = overrides;
  if (grantUrl === undefined || (state === 'enabled' && expiresIn === undefined) || state === 'disabled') return null;
  const isGranted = state === 'enabled';
  return (
    <div class="grant" role="status">
      <p>{isGranted ? t('grantLasts', duration(expiresIn ?? 0)) : t('grantNeeded')}</p>
      <button
        type="button"
        data-action={isGranted ? 'give-back' : 'ask-permission'}
        class={isGranted ? '' : 'primary'}
        onClick={isGranted ? actions.revokeGrant : actions.requestGrant}
      >
        {isGranted ? t('giveGrantBack') : t('askForGrant')}
      </button>
    </div>
  );
}

function duration(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? t('minutes', minutes) : t('hours', Math.floor(minutes / 60), minutes % 60);
}

interface FooterProps {
  readonly state: Ready;
  readonly views: typeof import('../popup/lazy-views.ts') | undefined;
  readonly actions: Pick<PopupActions, 'clearAll' | 'undo' | 'reload'>;
}

/** The number of overrides, and the actions on all of them. */
export function Footer({ state, views, actions }: FooterProps): JSX.Element {
  const { stored } = state;
  return (
    <footer>
      {state.undo && (
        <p class="undo" role="status">
          {tCount(state.undo.kind, state.undo.count)}{' '}
          <button type="button" data-action="undo" class="link" onClick={actions.undo}>
            {t('undo')}
          </button>
        </p>
      )}
      {views && <views.ByteMeter site={state} />}
      <p class="sum">{tCount('overrideCount', overrideCount(stored))}</p>
      <button type="button" data-action="clear-all" disabled={stored.raw === null} onClick={actions.clearAll}>
        {t('clearAll')}
      </button>
      <button
        type="button"
        data-action="reload"
        class={state.changed && !state.writeError ? 'primary' : ''}
        onClick={actions.reload}
      >
        {t('reload')}
      </button>
    </footer>
  );
}
