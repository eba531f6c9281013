import type { JSX } from 'preact';
import { FILTERS, type Filter } from '../app/browsing.ts';
import { say, type Word } from './words.ts';

interface FiltersProps {
  readonly chosen: Filter;
  readonly counts: Readonly<Record<Filter, number>>;
  readonly onFilter: (filter: Filter) => void;
}

const LABELS: Readonly<Record<Filter, Word>> = {
  all: 'filterAll',
  overridden: 'filterOverridden',
  page: 'filterPage',
};

/** Which flags are listed, with how many there are of each kind. */
export function Filters({ chosen, counts, onFilter }: FiltersProps): JSX.Element {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is one flag's row, and its legend the flag's name
    <div class="filters" role="group" aria-label={say('filterLabel')}>
      {FILTERS.map((filter) => (
        <button
          key={filter}
          type="button"
          data-action={`filter-${filter}`}
          aria-pressed={filter === chosen}
          onClick={() => onFilter(filter)}
        >
          {say(LABELS[filter])} <span class="count">{counts[filter]}</span>
        </button>
      ))}
    </div>
  );
}
