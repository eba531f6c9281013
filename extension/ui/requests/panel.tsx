import type { JSX } from 'preact';
import type { PanelActions, PanelState } from '../../app/requests/panel-state.ts';
import {
  FLAG_FILTERS,
  type FlagFilter,
  filterLog,
  type LogEntry,
  type RequestFilter,
  type RequestLog,
  TYPE_FILTERS,
  type TypeFilter,
} from '../../app/requests/request-log.ts';
import type { SessionState } from '../../app/session/session-state.ts';
import { type MessageKey, t } from '../i18n/translate.ts';
import type { ViewAsInput } from '../popup/popup-actions.ts';
import { SearchIcon } from '../shared/icons.tsx';
import { PanelFlag } from './panel-flag.tsx';
import { RequestList } from './request-list.tsx';

interface PanelProps {
  readonly state: PanelState;
  /** The session with the page in the tab; used once a flag is selected. */
  readonly session: SessionState;
  /** Whether the browser allows a panel to access pages. */
  readonly canReach: boolean;
  readonly viewAs: ViewAsInput;
  readonly actions: PanelActions;
}

/** The whole panel: the tab's requests, and beside them the selected flag. */
export function Panel({ state, session, canReach, viewAs, actions }: PanelProps): JSX.Element {
  const { log, filter, selected } = state;
  const shown = filterLog(log, filter);
  return (
    <main>
      <h1 class="visually-hidden">{t('panelTitle')}</h1>
      <PanelTools log={log} filter={filter} shown={shown} actions={actions} />
      <div class="columns">
        <RequestList state={state} shown={shown} actions={actions} />
        {selected && (
          <PanelFlag
            flag={selected.flag}
            panel={state}
            session={session}
            canReach={canReach}
            viewAs={viewAs}
            actions={actions}
          />
        )}
      </div>
    </main>
  );
}

interface PanelToolsProps {
  readonly log: RequestLog;
  readonly filter: RequestFilter;
  readonly shown: readonly LogEntry[];
  readonly actions: PanelActions;
}

/** The search, the filters, and the actions on the listed requests. */
function PanelTools({ log, filter, shown, actions }: PanelToolsProps): JSX.Element {
  return (
    <div class="panel-tools">
      <div class="search">
        <SearchIcon />
        <input
          type="search"
          aria-label={t('panelSearch')}
          placeholder={t('panelSearch')}
          value={filter.text}
          onInput={({ currentTarget }) => actions.filter({ text: currentTarget.value })}
        />
      </div>
      <FilterSelect
        label={t('panelTypes')}
        value={filter.type}
        options={TYPES}
        onChoose={(type) => actions.filter({ type })}
      />
      <FilterSelect
        label={t('panelFlags')}
        value={filter.flags}
        options={FLAGS}
        onChoose={(flags) => actions.filter({ flags })}
      />
      <p class="sum">{t('panelCount', requestsIn(shown), requestsIn(log.entries))}</p>
      <button type="button" disabled={shown.length === 0} onClick={actions.exportShown}>
        {t('panelExport')}
      </button>
      <button type="button" disabled={log.entries.length === 0} onClick={actions.clear}>
        {t('panelClear')}
      </button>
    </div>
  );
}

const TYPES: readonly (readonly [TypeFilter, MessageKey])[] = TYPE_FILTERS.map((type) => [
  type,
  ({ page: 'typePage', document: 'typeDocument', fetch: 'typeFetch', all: 'typeAll' } as const)[type],
]);

const FLAGS: readonly (readonly [FlagFilter, MessageKey])[] = FLAG_FILTERS.map((flags) => [
  flags,
  ({ any: 'flagsAny', evaluated: 'flagsEvaluated', overridden: 'flagsOverridden' } as const)[flags],
]);

interface FilterSelectProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [Value, MessageKey])[];
  readonly onChoose: (value: Value) => void;
}

function FilterSelect<Value extends string>({
  label,
  value,
  options,
  onChoose,
}: FilterSelectProps<Value>): JSX.Element {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={({ currentTarget }) => {
        const chosen = options[currentTarget.selectedIndex]?.[0];
        if (chosen !== undefined) onChoose(chosen);
      }}
    >
      {options.map(([option, label]) => (
        <option key={option} value={option}>
          {t(label)}
        </option>
      ))}
    </select>
  );
}

const requestsIn = (entries: readonly LogEntry[]): number => entries.filter(({ kind }) => kind === 'request').length;
