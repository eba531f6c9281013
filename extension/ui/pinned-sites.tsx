import type { JSX } from 'preact';
import { say } from './words.ts';

interface PinnedSitesProps {
  readonly sites: readonly string[];
  readonly onUnpin: (site: string) => void;
}

/** The sites that are pinned, each with the way to unpin it. */
export function PinnedSites({ sites, onUnpin }: PinnedSitesProps): JSX.Element {
  if (sites.length === 0) return <p class="none">{say('nothingPinned')}</p>;
  return (
    <ul>
      {sites.map((site) => (
        <li key={site} class="line">
          <span class="address">{site}</span>
          <button type="button" aria-label={say('unpinSite', site)} onClick={() => onUnpin(site)}>
            {say('unpin')}
          </button>
        </li>
      ))}
    </ul>
  );
}
