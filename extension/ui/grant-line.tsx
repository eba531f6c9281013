import type { JSX } from 'preact';
import type { Manifest } from '../../server-lib/wire.ts';
import type { Actions } from './actions.ts';
import { say } from './words.ts';

interface GrantLineProps {
  readonly overrides: Manifest['overrides'];
  readonly actions: Pick<Actions, 'askForGrant' | 'giveGrantBack'>;
}

/** Where a site gives leave to override for a time: how to get it, or how long it lasts and how to give it back. */
export function GrantLine({ overrides, actions }: GrantLineProps): JSX.Element | null {
  const { state, grantUrl, expiresIn } = overrides;
  if (grantUrl === undefined || (state === 'enabled' && expiresIn === undefined) || state === 'disabled') return null;
  const isGiven = state === 'enabled';
  return (
    <div class="grant" role="status">
      <p>{isGiven ? say('grantLasts', duration(expiresIn ?? 0)) : say('grantNeeded')}</p>
      <button
        type="button"
        data-action={isGiven ? 'give-back' : 'ask-permission'}
        onClick={isGiven ? actions.giveGrantBack : actions.askForGrant}
      >
        {isGiven ? say('giveGrantBack') : say('askForGrant')}
      </button>
    </div>
  );
}

function duration(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? say('minutes', minutes) : say('hours', Math.floor(minutes / 60), minutes % 60);
}
