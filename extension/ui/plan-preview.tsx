import type { JSX } from 'preact';
import {
  type ApplyMode,
  type OverridePlan,
  overridePlan,
  type PlannedChange,
  type Proposed,
  type Refused,
} from '../app/override-plan.ts';
import type { Ready } from '../app/session-state.ts';
import { ignoredText } from './messages.ts';
import { troubleMessage } from './trouble-messages.ts';
import { say, sayCount } from './words.ts';

interface PlanPreviewProps {
  readonly site: Ready;
  readonly proposed: Proposed;
  readonly onApply: (mode: ApplyMode) => void;
}

/** What proposed overrides would change, flag by flag, and the two ways to apply them. */
export function PlanPreview({ site, proposed, onApply }: PlanPreviewProps): JSX.Element {
  const added = overridePlan(site, proposed, 'add');
  const replaced = overridePlan(site, proposed, 'replace');
  const known = new Set(added.changes.map(({ flag }) => flag));
  const removed = replaced.changes.filter(({ flag }) => !known.has(flag));
  const isAllowed = site.manifest.overrides.state === 'enabled';
  return (
    <div class="plan">
      <Lines entries={added.changes} textOf={changeText} />
      <div class="refused">
        <Lines entries={added.refused} textOf={refusalText} />
      </div>
      {added.same.length > 0 && <p class="quiet">{sayCount('setAlready', added.same.length)}</p>}
      <TooLarge plan={added} />
      {removed.length > 0 && <p class="quiet">{say('replacingRemoves')}</p>}
      <Lines entries={removed} textOf={changeText} />
      <p class="buttons">
        <button
          type="button"
          data-action="apply"
          value="add"
          class="primary"
          disabled={!isAllowed || added.changes.length === 0 || added.excess > 0}
          onClick={() => onApply('add')}
        >
          {say('applyAdd')}
        </button>
        {removed.length > 0 && (
          <button
            type="button"
            data-action="apply"
            value="replace"
            disabled={!isAllowed || replaced.excess > 0}
            onClick={() => onApply('replace')}
          >
            {say('applyReplace')}
          </button>
        )}
      </p>
    </div>
  );
}

// More than any cookie holds: only a pasted text has more, and nobody reads them all.
const MOST_SHOWN = 300;

interface LinesProps<Entry extends { readonly flag: string }> {
  readonly entries: readonly Entry[];
  readonly textOf: (entry: Entry) => string;
}

function Lines<Entry extends { readonly flag: string }>({ entries, textOf }: LinesProps<Entry>): JSX.Element {
  const more = entries.length - MOST_SHOWN;
  return (
    <ul>
      {entries.slice(0, MOST_SHOWN).map((entry) => (
        <li key={entry.flag} data-change={entry.flag}>
          <b dir="ltr">{entry.flag}</b> <span>{textOf(entry)}</span>
        </li>
      ))}
      {more > 0 && <li>{say('andMore', more)}</li>}
    </ul>
  );
}

const changeText = ({ from, to }: PlannedChange): string => say('planChange', variantText(from), variantText(to));

const refusalText = ({ variant, code }: Refused): string =>
  code === 'not-a-string' ? say('notAVariant') : ignoredText(code, variant ?? '');

function TooLarge({ plan: { excess } }: { readonly plan: OverridePlan }): JSX.Element | null {
  return excess > 0 ? <p class="doubt">{troubleMessage({ kind: 'too-large', excess }).text}</p> : null;
}

function variantText(variant: PlannedChange['from']): string {
  if (variant === undefined) return say('noOverride');
  return variant === '' ? say('notAVariant') : variant;
}
