import type { JSX, TargetedUIEvent } from 'preact';
import type { Browsing } from '../app/browsing.ts';
import type { Leftover } from '../app/flag-rows.ts';
import type { SiteRow } from '../app/site-rows.ts';
import type { Actions } from './actions.ts';
import { FlagCard } from './flag-card.tsx';
import { LeftoverCard } from './leftover-card.tsx';

interface FlagListProps {
  readonly rows: readonly SiteRow[];
  readonly leftovers: readonly Leftover[];
  /** How many of the rows to draw; the search reaches the others. */
  readonly drawn: number;
  readonly visited: Browsing['visited'];
  readonly actions: Pick<Actions, 'choose' | 'readOn'>;
}

/** The flags, drawn in portions as the reader scrolls. */
export function FlagList({ rows, leftovers, drawn, visited, actions }: FlagListProps): JSX.Element {
  const readOn = ({ currentTarget: list }: TargetedUIEvent<HTMLDivElement>): void => {
    const isNearEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 2 * list.clientHeight;
    if (isNearEnd && drawn < rows.length) actions.readOn();
  };
  return (
    <div class="list" onScroll={readOn}>
      {leftovers.map((leftover) => (
        <LeftoverCard
          key={`leftover ${leftover.name}`}
          leftover={leftover}
          onRemove={() => actions.choose(leftover.name, '')}
        />
      ))}
      {rows.slice(0, drawn).map((row) => (
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
