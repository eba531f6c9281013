import type { JSX } from 'preact';
import type { Browsing } from '../app/browsing.ts';
import type { Absent, Faulty, Ready, SessionState } from '../app/session-state.ts';
import type { Sharing } from '../app/share-desk.ts';
import { countOf } from '../app/stored-overrides.ts';
import type { Actions } from './actions.ts';
import { HeaderTools } from './header-tools.tsx';
import { GateIcon } from './icons.tsx';
import { absenceMessage, pageMessage, problemMessage } from './messages.ts';
import { Notice } from './notices.tsx';
import { SiteFlags } from './site-flags.tsx';
import { troubleMessage } from './trouble-messages.ts';
import { say, sayCount } from './words.ts';

/** The views that come later than the flags. */
type Views = typeof import('./views.ts');

interface PopupProps {
  readonly state: SessionState;
  readonly browsing: Browsing;
  readonly sharing: Sharing;
  readonly isPinned?: boolean;
  /** `undefined` until they have come. */
  readonly views: Views | undefined;
  readonly actions: Actions;
}

/** The whole popup: a picture of the session's state. */
export function Popup(props: PopupProps): JSX.Element {
  const { state, browsing, isPinned = false, views, actions } = props;
  return (
    <main aria-busy={state.kind === 'loading'} data-state={stateName(state)}>
      <Header state={state} isPinned={isPinned} actions={actions} />
      {state.kind === 'loading' && <Loading />}
      {state.kind === 'unreachable-page' && <Notice message={pageMessage(state.failure)} onRetry={actions.retry} />}
      {(state.kind === 'absent' || state.kind === 'faulty') && <SiteWithoutFlags state={state} actions={actions} />}
      {browsing.view === 'help' && views ? (
        <views.Help onBack={() => actions.view('flags')} />
      ) : (
        state.kind === 'ready' && <SiteView {...props} state={state} />
      )}
    </main>
  );
}

function SiteView({ state, browsing, sharing, views, actions }: PopupProps & { readonly state: Ready }): JSX.Element {
  const view = { site: state, sharing, actions: actions.sharing, onBack: () => actions.view('flags') };
  if (browsing.view === 'scenarios' && views) return <views.ScenariosView {...view} />;
  if (browsing.view === 'share' && views) return <views.ShareView {...view} />;
  return <SiteFlags state={state} browsing={browsing} sharing={sharing} views={views} actions={actions} />;
}

function Header({ state, isPinned = false, actions }: Omit<PopupProps, 'browsing' | 'sharing' | 'views'>): JSX.Element {
  const manifest = state.kind === 'ready' ? state.manifest : undefined;
  return (
    <header>
      <span class="logo">
        <GateIcon />
      </span>
      <div>
        <h1 dir="auto">{manifest?.app ?? 'Gatekeeper'}</h1>
        {'origin' in state && <p class="origin">{hostOf(state.origin)}</p>}
      </div>
      {manifest?.environment && (
        <span class="environment" dir="auto">
          {manifest.environment}
        </span>
      )}
      {state.kind !== 'loading' && <HeaderTools isPinned={manifest && isPinned} actions={actions} />}
    </header>
  );
}

/** The name of a state, by which automation goes. */
function stateName(state: SessionState): string {
  const kind =
    state.kind === 'faulty' ? state.problem.kind : state.kind === 'unreachable-page' ? state.failure : state.kind;
  return STATE_NAMES[kind] ?? kind;
}

const STATE_NAMES: Readonly<Record<string, string>> = {
  absent: 'no-manifest',
  'not-a-web-page': 'not-a-page',
  'no-access': 'refused',
  'blocked-by-page': 'blocked',
  charset: 'malformed',
};

interface SiteWithoutFlagsProps {
  readonly state: Absent | Faulty;
  readonly actions: Actions;
}

/** Why there are no flags to see. Overrides that the browser holds all the same can be cleared. */
function SiteWithoutFlags({ state, actions }: SiteWithoutFlagsProps): JSX.Element {
  const message = state.kind === 'absent' ? absenceMessage(state.why) : problemMessage(state.problem);
  return (
    <>
      <Notice message={message} onRetry={actions.retry}>
        {state.kind === 'faulty' && mayDetour(state) && (
          <button type="button" data-action="allow" onClick={actions.allowDetour}>
            {say('allowDetour')}
          </button>
        )}
      </Notice>
      {state.trouble && <Notice message={troubleMessage(state.trouble)} onRetry={actions.retry} />}
      {state.stored.raw !== null && (
        <footer>
          <p class="sum">{sayCount('overrideCount', countOf(state.stored))}</p>
          <button type="button" data-action="clear-all" onClick={actions.clearAll}>
            {say('clearAll')}
          </button>
        </footer>
      )}
    </>
  );
}

const mayDetour = ({ problem }: Faulty): boolean =>
  problem.kind === 'blocked-by-page' && problem.detour === 'no-permission';

/** Where the flags will be: three rows in outline. */
function Loading(): JSX.Element {
  return (
    <div class="loading">
      <p class="visually-hidden">{say('reading')}</p>
      <i />
      <i />
      <i />
    </div>
  );
}

// The host as the browser writes it: letters that look like others' stay punycode.
const hostOf = (origin: string): string => new URL(origin).host;
