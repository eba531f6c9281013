import type { JSX } from 'preact';
import type { Acknowledged } from '../../server-lib/wire.ts';
import { originOf } from '../app/panel-state.ts';
import type { LogEntry } from '../app/request-log.ts';
import { sourceText } from './messages.ts';
import type { PanelActions } from './panel-actions.ts';
import { say, sayCount } from './words.ts';

interface RequestRowProps {
  readonly entry: Extract<LogEntry, { readonly kind: 'request' }>;
  readonly site: string | undefined;
  readonly isUnfolded: boolean;
  /** The flag that is being overridden. */
  readonly picked: string | undefined;
  /** The flag of this row that Tab leads to, if it is this row's turn. */
  readonly tabStop: string | undefined;
  readonly actions: PanelActions;
}

// A line or two of them; a response can name some fifty.
const FOLDED = 12;

/** One request: what was asked, and the flags that its answer was rendered with. */
export function RequestRow({ entry, site, isUnfolded, picked, tabStop, actions }: RequestRowProps): JSX.Element {
  const { flags, more } = entry.evaluations;
  const drawn = isUnfolded || flags.length <= FOLDED + 1 ? flags : flags.slice(0, FOLDED);
  return (
    <li class="request" data-request={entry.id}>
      <p class="asked">
        <span class={`status ${entry.status >= 400 ? 'failed' : ''}`}>{entry.status === 0 ? '–' : entry.status}</span>
        <span class="method">{entry.method}</span>
        <span class="address" dir="ltr" title={entry.url}>
          {addressOn(site, entry.url)}
        </span>
        <span class="type">{say(TYPE_WORDS[entry.type])}</span>
      </p>
      <p class="evaluated">
        {flags.length === 0 && more === 0 && <span class="none">{say('panelNoFlags')}</span>}
        {drawn.map((one) => (
          <Evaluation
            key={one.flag}
            evaluation={one}
            isPicked={one.flag === picked}
            isTabStop={one.flag === tabStop}
            onFocus={() => actions.focus({ id: entry.id, flag: one.flag })}
            onPick={() => actions.pick({ id: entry.id, flag: one.flag })}
          />
        ))}
        {drawn.length < flags.length && (
          <button type="button" class="link" onClick={() => actions.unfold(entry.id)}>
            {sayCount('panelUnfold', flags.length - drawn.length)}
          </button>
        )}
        {more > 0 && <span class="none">{sayCount('panelMore', more)}</span>}
      </p>
    </li>
  );
}

const TYPE_WORDS = { document: 'oneDocument', fetch: 'oneFetch', other: 'oneOther' } as const;

interface EvaluationProps {
  readonly evaluation: Acknowledged;
  readonly isPicked: boolean;
  readonly isTabStop: boolean;
  readonly onFocus: () => void;
  readonly onPick: () => void;
}

function Evaluation({ evaluation, isPicked, isTabStop, onFocus, onPick }: EvaluationProps): JSX.Element {
  const { flag, variant, source } = evaluation;
  const look = source === 'override' ? 'mine' : source === 'error' ? 'wrong' : '';
  return (
    <button
      type="button"
      class={`evaluation ${look}`}
      data-evaluated={flag}
      aria-pressed={isPicked}
      tabIndex={isTabStop ? 0 : -1}
      onFocus={onFocus}
      onClick={onPick}
    >
      <span class="name" dir="ltr">
        {flag}
      </span>{' '}
      <b dir="ltr">{variant}</b> <span class="source">{sourceText(source)}</span>
    </button>
  );
}

/** An address as short as it can be told: without the origin where that is the page's own. */
function addressOn(site: string | undefined, url: string): string {
  return site !== undefined && originOf(url) === site ? url.slice(site.length) || '/' : url;
}
