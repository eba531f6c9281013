import type { ComponentChildren, JSX } from 'preact';
import { PROPOSAL_FRAGMENT } from '../../../server-lib/wire.ts';
import type { Browsing } from '../../app/flags/browsing-store.ts';
import {
  isCookieShared,
  type ManifestAbsent,
  type ManifestFailed,
  type Ready,
  type SessionState,
} from '../../app/session/session-state.ts';
import { overrideCount } from '../../app/session/stored-overrides.ts';
import type { SharingState } from '../../app/sharing/sharing-store.ts';
import { SiteFlags } from '../flags/site-flags.tsx';
import { t, tCount } from '../i18n/translate.ts';
import { GateIcon, GearIcon, PinIcon, WindowIcon } from '../shared/icons.tsx';
import { absenceMessage, manifestErrorMessage, pageMessage } from '../shared/notice-messages.ts';
import { Notice, ReadmeLink } from '../shared/notices.tsx';
import type { EditablePresets, PopupActions, ViewAsInput } from './popup-actions.ts';

/** The lazily loaded views. */
type Views = typeof import('./lazy-views.ts');

interface PopupProps {
  readonly state: SessionState;
  readonly browsing: Browsing;
  readonly sharing: SharingState;
  /** `undefined` until they are loaded. */
  readonly presets: EditablePresets | undefined;
  /** `undefined` until it is loaded. */
  readonly viewAs: ViewAsInput | undefined;
  readonly isPinned?: boolean;
  /** `undefined` until they are loaded. */
  readonly views: Views | undefined;
  readonly actions: PopupActions;
}

/** The whole popup, rendered from the session's state. */
export function Popup(props: PopupProps): JSX.Element {
  const { state, browsing, isPinned = false, views, actions } = props;
  // A link's proposal and facts about cookies stand above the flags, so the popup is busy until their views are loaded.
  const isViewMissing = !views && state.kind === 'ready' && isAboveFlags(state);
  return (
    <main aria-busy={state.kind === 'loading' || isViewMissing} data-state={stateName(state)}>
      <Header state={state} isPinned={isPinned} actions={actions} />
      {state.kind === 'loading' && <Loading />}
      {state.kind === 'unreachable-page' && <Notice message={pageMessage(state.failure)} onRetry={actions.retry} />}
      {(state.kind === 'absent' || state.kind === 'faulty') && (
        <SiteWithoutFlags state={state} views={views} actions={actions} />
      )}
      {browsing.view === 'help' && views ? (
        <views.Help onBack={() => actions.view('flags')} />
      ) : (
        state.kind === 'ready' && <SiteView {...props} state={state} />
      )}
    </main>
  );
}

function isAboveFlags({ record, cookies, manifest }: Ready): boolean {
  return record.href.includes(PROPOSAL_FRAGMENT) || cookies.length > 0 || manifest.overrides.applied.length > 0;
}

function SiteView({
  state,
  browsing,
  sharing,
  presets,
  viewAs,
  views,
  actions,
}: PopupProps & { readonly state: Ready }): JSX.Element {
  const view = { site: state, sharing, actions: actions.sharing, onBack: () => actions.view('flags') };
  if (browsing.view === 'scenarios' && views && presets) return <views.ScenariosView {...view} presets={presets} />;
  if (browsing.view === 'share' && views) return <views.ShareView {...view} />;
  if (browsing.view === 'view-as' && views && viewAs && state.manifest.context) {
    return <views.ViewAs site={state} input={viewAs} actions={actions} onBack={view.onBack} />;
  }
  return <SiteFlags state={state} browsing={browsing} sharing={sharing} views={views} actions={actions} />;
}

function Header({ state, isPinned = false, actions }: Pick<PopupProps, 'state' | 'isPinned' | 'actions'>): JSX.Element {
  const manifest = state.kind === 'ready' ? state.manifest : undefined;
  return (
    <header>
      <span class="logo">
        <GateIcon />
      </span>
      <div>
        <h1 dir="auto">{manifest?.app ?? 'Gatekeeper'}</h1>
        {'origin' in state && <Host name={hostOf(state.origin)} />}
      </div>
      {manifest?.environment && (
        <span class="environment" dir="auto" title={manifest.environment}>
          {manifest.environment}
        </span>
      )}
      {state.kind !== 'loading' && <HeaderTools isPinned={manifest && isPinned} actions={actions} />}
    </header>
  );
}

/** The value of the `data-state` attribute, for automation. */
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
  readonly state: ManifestAbsent | ManifestFailed;
  readonly views: Views | undefined;
  readonly actions: PopupActions;
}

/** Why there are no flags to show. Existing overrides can still be cleared. */
function SiteWithoutFlags({ state, views, actions }: SiteWithoutFlagsProps): JSX.Element {
  const message = state.kind === 'absent' ? absenceMessage(state.why) : manifestErrorMessage(state.problem);
  return (
    <>
      <Notice message={message} onRetry={actions.retry}>
        {state.kind === 'faulty' && canAllowDirectFetch(state) && (
          <button type="button" data-action="allow" class="primary" onClick={actions.allowDirectFetch}>
            {t('allowDetour')}
          </button>
        )}
        {state.kind === 'absent' && <FirstSteps />}
      </Notice>
      {views && <views.WriteErrorNotice site={state} actions={actions} />}
      {state.stored.raw !== null && isCookieShared(state) && <p class="facts">{t('maybeOfOtherSite')}</p>}
      {state.stored.raw !== null && (
        <footer>
          <p class="sum">{tCount('overrideCount', overrideCount(state.stored))}</p>
          <button type="button" data-action="clear-all" onClick={actions.clearAll}>
            {t('clearAll')}
          </button>
        </footer>
      )}
    </>
  );
}

/** Links for a person who has just installed the extension. */
function FirstSteps(): JSX.Element {
  return (
    <p class="first-steps">
      <ReadmeLink>{t('aboutGatekeeper')}</ReadmeLink> <ReadmeLink section="#try-the-demo">{t('tryDemo')}</ReadmeLink>
    </p>
  );
}

const canAllowDirectFetch = ({ problem }: ManifestFailed): boolean =>
  problem.kind === 'blocked-by-page' && problem.directFetch === 'no-permission';

/** A placeholder for the flags: the outlines of three rows. */
function Loading(): JSX.Element {
  return (
    <div class="loading">
      <p class="visually-hidden">{t('reading')}</p>
      <i />
      <i />
      <i />
    </div>
  );
}

/** A host with its port. If it is too long, its start is shortened: the end is the domain and the port. */
function Host({ name }: { readonly name: string }): JSX.Element {
  return (
    <p class="origin" title={name}>
      <span>{name.slice(0, -HOST_END)}</span>
      <span>{name.slice(-HOST_END)}</span>
    </p>
  );
}

const HOST_END = 14; // characters

// The host in the browser's notation: look-alike letters stay in punycode.
const hostOf = (origin: string): string => new URL(origin).host;

interface HeaderToolsProps {
  /** Whether the site is pinned; `undefined` if it cannot be pinned. */
  readonly isPinned: boolean | undefined;
  readonly actions: Pick<PopupActions, 'pin' | 'detach' | 'view' | 'openOptions'>;
}

/** Buttons that pin the site, open the popup in its own window, show the keyboard help and open the options. */
function HeaderTools({ isPinned, actions }: HeaderToolsProps): JSX.Element {
  return (
    <div class="header-tools">
      {isPinned !== undefined && actions.pin && (
        <Tool action="pin" name={t('pinSite')} isPressed={isPinned} onClick={() => actions.pin?.(!isPinned)}>
          <PinIcon />
        </Tool>
      )}
      {actions.detach && (
        <Tool action="detach" name={t('detach')} onClick={actions.detach}>
          <WindowIcon />
        </Tool>
      )}
      <Tool action="help" name={t('keyboard')} view="help" onClick={() => actions.view('help')}>
        ?
      </Tool>
      {actions.openOptions && (
        <Tool action="options" name={t('openOptions')} onClick={actions.openOptions}>
          <GearIcon />
        </Tool>
      )}
    </div>
  );
}

interface ToolProps {
  readonly action: 'pin' | 'detach' | 'help' | 'options';
  readonly name: string;
  readonly isPressed?: boolean;
  /** The view that it opens. */
  readonly view?: string;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

function Tool({ action, name, isPressed, view, onClick, children }: ToolProps): JSX.Element {
  return (
    <button
      type="button"
      data-action={action}
      class="tool"
      data-view={view}
      title={name}
      aria-label={name}
      aria-pressed={isPressed}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
