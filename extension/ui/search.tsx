import type { JSX } from 'preact';
import { SearchIcon } from './icons.tsx';
import { say, sayCount } from './words.ts';

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
        aria-label={say('searchFlags')}
        placeholder={sayCount('searchAmong', flags)}
        value={text}
        onInput={({ currentTarget }) => onSearch(currentTarget.value)}
      />
    </div>
  );
}
