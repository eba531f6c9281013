import type { JSX } from 'preact';
import type { IdleOverride } from '../app/site-rows.ts';
import { say, sayCount } from './words.ts';

interface CleanUpProps {
  readonly idle: readonly IdleOverride[];
  readonly onCleanUp: (flags: readonly string[]) => void;
}

/** The overrides that nobody would miss, and the one click that takes them away. */
export function CleanUp({ idle, onCleanUp }: CleanUpProps): JSX.Element | null {
  if (idle.length === 0) return null;
  return (
    <p class="clean-up" role="status">
      <span title={idle.map(({ label }) => label).join('\n')}>{sayCount('idleOverrides', idle.length)}</span>{' '}
      <button type="button" data-action="clean-up" class="link" onClick={() => onCleanUp(idle.map(({ name }) => name))}>
        {say('cleanUp')}
      </button>
    </p>
  );
}
