import type { JSX } from 'preact';
import {
  FLAGS_WANTED,
  type FlagsWanted,
  type RequestFilter,
  TYPES_WANTED,
  type TypeWanted,
} from '../app/request-filter.ts';
import type { LogEntry, RequestLog } from '../app/request-log.ts';
import { SearchIcon } from './icons.tsx';
import type { PanelActions } from './panel-actions.ts';
import { say, type Word } from './words.ts';

interface PanelToolsProps {
  readonly log: RequestLog;
  readonly filter: RequestFilter;
  readonly shown: readonly LogEntry[];
  readonly actions: PanelActions;
}

/** What is looked for, and what can be done with all that is found. */
export function PanelTools({ log, filter, shown, actions }: PanelToolsProps): JSX.Element {
  return (
    <div class="panel-tools">
      <div class="search">
        <SearchIcon />
        <input
          type="search"
          aria-label={say('panelSearch')}
          placeholder={say('panelSearch')}
          value={filter.text}
          onInput={({ currentTarget }) => actions.filter({ text: currentTarget.value })}
        />
      </div>
      <Choice
        label={say('panelTypes')}
        value={filter.type}
        options={TYPES}
        onChoose={(type) => actions.filter({ type })}
      />
      <Choice
        label={say('panelFlags')}
        value={filter.flags}
        options={FLAGS}
        onChoose={(flags) => actions.filter({ flags })}
      />
      <p class="sum">{say('panelCount', requestsIn(shown), requestsIn(log.entries))}</p>
      <button type="button" disabled={shown.length === 0} onClick={actions.exportShown}>
        {say('panelExport')}
      </button>
      <button type="button" disabled={log.entries.length === 0} onClick={actions.clear}>
        {say('panelClear')}
      </button>
    </div>
  );
}

const TYPES: readonly (readonly [TypeWanted, Word])[] = TYPES_WANTED.map((type) => [
  type,
  ({ page: 'typePage', document: 'typeDocument', fetch: 'typeFetch', all: 'typeAll' } as const)[type],
]);

const FLAGS: readonly (readonly [FlagsWanted, Word])[] = FLAGS_WANTED.map((flags) => [
  flags,
  ({ any: 'flagsAny', evaluated: 'flagsEvaluated', overridden: 'flagsOverridden' } as const)[flags],
]);

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [Value, Word])[];
  readonly onChoose: (value: Value) => void;
}

function Choice<Value extends string>({ label, value, options, onChoose }: ChoiceProps<Value>): JSX.Element {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={({ currentTarget }) => {
        const chosen = options[currentTarget.selectedIndex]?.[0];
        if (chosen !== undefined) onChoose(chosen);
      }}
    >
      {options.map(([option, word]) => (
        <option key={option} value={option}>
          {say(word)}
        </option>
      ))}
    </select>
  );
}

const requestsIn = (entries: readonly LogEntry[]): number => entries.filter(({ kind }) => kind === 'request').length;
