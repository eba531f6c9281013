import type { JSX } from 'preact';
import { cookieOctets } from '../../server-lib/wire.ts';
import type { Ready } from '../app/session-state.ts';
import { countOf } from '../app/stored-overrides.ts';
import type { Actions } from './actions.ts';
import { say, sayCount } from './words.ts';

interface FooterProps {
  readonly state: Ready;
  readonly actions: Pick<Actions, 'clearAll' | 'undo' | 'reload'>;
}

/** What can be done with all overrides, and how many there are. */
export function Footer({ state, actions }: FooterProps): JSX.Element {
  const { stored } = state;
  return (
    <footer>
      {state.undo && (
        <p class="undo" role="status">
          {sayCount(state.undo.kind, state.undo.count)}{' '}
          <button type="button" data-action="undo" class="link" onClick={actions.undo}>
            {say('undo')}
          </button>
        </p>
      )}
      <ByteMeter state={state} />
      <p class="sum">{sayCount('overrideCount', countOf(stored))}</p>
      <button type="button" data-action="clear-all" disabled={stored.raw === null} onClick={actions.clearAll}>
        {say('clearAll')}
      </button>
      <button type="button" data-action="reload" class={state.changed ? 'primary' : ''} onClick={actions.reload}>
        {say('reload')}
      </button>
    </footer>
  );
}

// 3,000 of the 4,096 octets that a cookie may have: from there on a person should know.
const WORTH_SAYING = 3_000 / 4_096;

function ByteMeter({ state: { cookie, stored, maxBytes } }: Pick<FooterProps, 'state'>): JSX.Element | null {
  const octets = stored.raw === null ? 0 : cookieOctets(cookie.name, stored.raw);
  if (octets < WORTH_SAYING * maxBytes) return null;
  const text = say('bytes', octets, maxBytes);
  return (
    <p class="bytes">
      <meter aria-label={text} min={0} max={maxBytes} high={WORTH_SAYING * maxBytes} optimum={0} value={octets} />{' '}
      {text}
    </p>
  );
}
