import type { JSX, TargetedKeyboardEvent } from 'preact';
import type { EvaluatedFlag } from '../../../server-lib/wire.ts';
import { type LoggedFlag, originOf, type PanelActions, type PanelState } from '../../app/requests/panel-state.ts';
import type { LogEntry } from '../../app/requests/request-log.ts';
import { sourceText } from '../flags/flag-texts.ts';
import { t, tCount } from '../i18n/translate.ts';

interface RequestListProps {
  readonly state: PanelState;
  readonly shown: readonly LogEntry[];
  readonly actions: PanelActions;
}

/** The requests, the newest last and scrolled into view. Tab moves to the flags, arrow keys move between them. */
export function RequestList({ state, shown, actions }: RequestListProps): JSX.Element {
  if (shown.length === 0) return <EmptyLog isFiltered={state.log.entries.length > 0} />;
  const rendered = shown.slice(-state.entryLimit);
  const stop = tabStop(rendered, state.focus);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must reach a scrollable element, also without flags
    <section class="log" tabIndex={0} aria-label={t('panelRequests')} onKeyDown={moveAmongFlags}>
      <ol>
        {rendered.length < shown.length && (
          <li class="earlier">
            <button type="button" class="link" onClick={actions.showEarlier}>
              {t('panelEarlier')}
            </button>
          </li>
        )}
        {rendered.map((entry) =>
          entry.kind === 'navigation' ? (
            <li key={entry.id} class="navigation">
              {t('panelNavigated', entry.url)}
            </li>
          ) : (
            <RequestRow
              key={entry.id}
              entry={entry}
              site={state.site}
              isExpanded={state.expanded.has(entry.id)}
              selected={state.selected?.flag}
              tabStop={stop?.id === entry.id ? stop.flag : undefined}
              actions={actions}
            />
          ),
        )}
      </ol>
    </section>
  );
}

function EmptyLog({ isFiltered }: { readonly isFiltered: boolean }): JSX.Element {
  return (
    <div class="log">
      <div class="notice calm" role="status">
        <h2>{isFiltered ? t('panelNoMatchTitle') : t('panelEmptyTitle')}</h2>
        <p>{isFiltered ? t('panelNoMatch') : t('panelEmpty')}</p>
      </div>
    </div>
  );
}

/** The flag that Tab focuses: the one that last had the focus, else the first flag of the newest request. */
function tabStop(rendered: readonly LogEntry[], focus: LoggedFlag | undefined): LoggedFlag | undefined {
  if (focus !== undefined && rendered.some(({ id }) => id === focus.id)) return focus;
  for (const entry of rendered.toReversed()) {
    const flag = entry.kind === 'request' ? entry.evaluations.flags[0]?.flag : undefined;
    if (flag !== undefined) return { id: entry.id, flag };
  }
  return undefined;
}

interface RequestRowProps {
  readonly entry: Extract<LogEntry, { readonly kind: 'request' }>;
  readonly site: string | undefined;
  readonly isExpanded: boolean;
  /** The selected flag. */
  readonly selected: string | undefined;
  /** The flag of this row that Tab focuses; `undefined` if it is in another row. */
  readonly tabStop: string | undefined;
  readonly actions: PanelActions;
}

// One or two lines; a response can list about fifty flags.
const COLLAPSED_COUNT = 12;

/** One request, and the flags that it evaluated. */
function RequestRow({ entry, site, isExpanded, selected, tabStop, actions }: RequestRowProps): JSX.Element {
  const { flags, more } = entry.evaluations;
  const rendered = isExpanded || flags.length <= COLLAPSED_COUNT + 1 ? flags : flags.slice(0, COLLAPSED_COUNT);
  return (
    <li class="request" data-request={entry.id}>
      <p class="request-line">
        <span class={`status ${entry.status >= 400 ? 'failed' : ''}`}>{entry.status === 0 ? '–' : entry.status}</span>
        <span class="method">{entry.method}</span>
        <span class="address" dir="ltr" title={entry.url}>
          {relativeUrl(site, entry.url)}
        </span>
        <span class="type">{t(TYPE_KEYS[entry.type])}</span>
      </p>
      <p class="evaluated">
        {flags.length === 0 && more === 0 && <span class="none">{t('panelNoFlags')}</span>}
        {rendered.map((one) => (
          <Evaluation
            key={one.flag}
            evaluation={one}
            isSelected={one.flag === selected}
            isTabStop={one.flag === tabStop}
            onFocus={() => actions.focus({ id: entry.id, flag: one.flag })}
            onSelect={() => actions.select({ id: entry.id, flag: one.flag })}
          />
        ))}
        {rendered.length < flags.length && (
          <button type="button" class="link" onClick={() => actions.expand(entry.id)}>
            {tCount('panelUnfold', flags.length - rendered.length)}
          </button>
        )}
        {more > 0 && <span class="none">{tCount('panelMore', more)}</span>}
      </p>
    </li>
  );
}

const TYPE_KEYS = { document: 'oneDocument', fetch: 'oneFetch', other: 'oneOther' } as const;

interface EvaluationProps {
  readonly evaluation: EvaluatedFlag;
  readonly isSelected: boolean;
  readonly isTabStop: boolean;
  readonly onFocus: () => void;
  readonly onSelect: () => void;
}

function Evaluation({ evaluation, isSelected, isTabStop, onFocus, onSelect }: EvaluationProps): JSX.Element {
  const { flag, variant, source, simulated } = evaluation;
  const mark = source === 'override' ? 'mine' : source === 'error' ? 'wrong' : '';
  return (
    <button
      type="button"
      class={`evaluation ${mark}`}
      data-evaluated={flag}
      aria-pressed={isSelected}
      tabIndex={isTabStop ? 0 : -1}
      onFocus={onFocus}
      onClick={onSelect}
    >
      <span class="name" dir="ltr">
        {flag}
      </span>{' '}
      <b dir="ltr">{variant}</b>{' '}
      <span class="source">
        {sourceText(source)}
        {simulated && ` · ${t('isSimulated')}`}
      </span>
    </button>
  );
}

/** A URL without its origin, if that is the page's own. */
function relativeUrl(site: string | undefined, url: string): string {
  return site !== undefined && originOf(url) === site ? url.slice(site.length) || '/' : url;
}

/** Moves the focus with the arrow keys: left and right within a request, up and down to the next one with flags. */
function moveAmongFlags(event: TargetedKeyboardEvent<HTMLElement>): void {
  const { key, target, currentTarget: list } = event;
  if (!(target instanceof HTMLElement) || target.dataset.evaluated === undefined) return;
  const next = destination(key, list, target);
  if (next === undefined) return;
  event.preventDefault(); // otherwise the list would scroll too
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
}

function destination(key: string, list: HTMLElement, from: HTMLElement): HTMLElement | undefined {
  const rows = [...list.querySelectorAll<HTMLElement>('[data-request]')].map(flagsIn).filter((row) => row.length > 0);
  const at = rows.findIndex((row) => row.includes(from));
  const row = rows[at] ?? [];
  const place = row.indexOf(from);
  const isMirrored = document.documentElement.dir === 'rtl';
  switch (key) {
    case 'ArrowUp':
      return nearest(rows[at - 1], place);
    case 'ArrowDown':
      return nearest(rows[at + 1], place);
    case 'ArrowLeft':
      return row[place + (isMirrored ? 1 : -1)];
    case 'ArrowRight':
      return row[place + (isMirrored ? -1 : 1)];
    case 'Home':
      return rows[0]?.[0];
    case 'End':
      return rows.at(-1)?.[0];
    default:
      return undefined;
  }
}

const flagsIn = (row: HTMLElement): readonly HTMLElement[] => [
  ...row.querySelectorAll<HTMLElement>('[data-evaluated]'),
];

const nearest = (row: readonly HTMLElement[] | undefined, place: number): HTMLElement | undefined =>
  row?.[Math.min(place, row.length - 1)];

/** Moves the focus back to a flag of the list. */
export function moveToFlag({ id, flag }: LoggedFlag): void {
  const row = document.querySelector<HTMLElement>(`[data-request="${id}"]`);
  (row === null ? [] : flagsIn(row)).find(({ dataset }) => dataset.evaluated === flag)?.focus();
}

/** Moves the focus to the search field, unless it is there already. */
export function moveToSearch(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLInputElement>('input[type=search]');
  if (field === null || event.target === field) return;
  event.preventDefault();
  field.focus();
}
