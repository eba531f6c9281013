import { type JSX, render } from 'preact';
import { BrowsingStore, type SiteMemoryStorage, type View } from '../../app/flags/browsing-store.ts';
import { cycleVariant } from '../../app/flags/key-bindings.ts';
import type { PresetStorage, PresetsBySite } from '../../app/presets/presets.ts';
import type { PresetsStore } from '../../app/presets/presets-store.ts';
import type { PagePort } from '../../app/session/page-port.ts';
import { Session } from '../../app/session/session.ts';
import type { ProgramVersions } from '../../app/sharing/export-formats.ts';
import type { ApplyMode, ProposedOverrides } from '../../app/sharing/override-plan.ts';
import { SharingStore } from '../../app/sharing/sharing-store.ts';
import type { ViewAsStore } from '../../app/view-as/context-fields.ts';
import { copyText } from '../shared/copy-and-save.ts';
import { bindKeys, focusReload, focusView } from './keyboard.ts';
import { Popup } from './popup.tsx';
import type { PopupActions } from './popup-actions.ts';

/** What the popup needs of the program that shows it: the extension, or a page that the site serves. */
export interface PopupHost {
  readonly page: PagePort;
  readonly memories: SiteMemoryStorage;
  readonly presets: PresetStorage;
  /** Whether the page is reloaded after each change. */
  isReloadAutomatic(): boolean;
  programVersions(): ProgramVersions;
  /** Closes the popup: it has lost access to the page, or another window replaces it. */
  close(): void;
  /** Missing if the program can reach one site only. */
  readonly pins?: SitePins;
  /** Opens the popup in its own window; missing if there is no other window for it. */
  readonly detach?: (() => Promise<unknown>) | undefined;
  /** Compares the variants of a flag in a window; missing if there is no other window for it. */
  readonly compare?: (flag: string) => Promise<unknown>;
  /** Opens the options; missing if there are none. */
  readonly openOptions?: () => Promise<unknown>;
  /** What stands below the popup. */
  readonly below?: () => JSX.Element;
}

/** The sites that the program may access without a click. */
interface SitePins {
  isPinned(origin: string): Promise<boolean>;
  /** Asks the user; must be called in a click handler. */
  pin(origin: string): Promise<boolean>;
  unpin(origin: string): Promise<void>;
}

/** The popup in this document. */
export interface OpenPopup {
  /** Resolves when the page has been read. */
  readonly opened: Promise<void>;
  /** Renders the popup again, in another language for example. */
  render(): void;
  /** Reads whether the site is pinned. */
  readPin(): Promise<void>;
  /** Reads the presets again, if they are shown. */
  reloadPresets(): void;
  /** Reads the page from scratch. */
  reopen(): Promise<void>;
}

/** Shows the popup in this document. */
export function openPopup(host: PopupHost): OpenPopup {
  const session = new Session(host.page);
  const browsingStore = new BrowsingStore(host.memories, renderPopup);
  const sharingStore = new SharingStore(
    session,
    {
      copy: copyText,
      exportText: (copy, site) => views?.exportText(copy, site, host.programVersions()) ?? '',
      apply,
    },
    renderPopup,
  );
  let presetsStore: PresetsStore | undefined;
  let viewAsStore: ViewAsStore | undefined;
  let views: typeof import('./lazy-views.ts') | undefined;
  let pinned: { readonly origin: string; readonly isPinned: boolean } | undefined;
  const { pins, detach, compare, openOptions } = host;

  const actions: PopupActions = {
    choose: (flag, variant) => {
      if (variant === '') browsingStore.markVisited(flag, '');
      return reloadAfter(session.choose(flag, variant));
    },
    clearAll: () => reloadAfter(session.clearAll()),
    removeOverrides: (flags) => reloadAfter(session.removeOverrides(flags)),
    undo: () => reloadAfter(session.undo()),
    watch: () => reloadAfter(session.watch()),
    stopWatching: () => reloadAfter(session.stopWatching()),
    requestGrant: () => void session.requestGrant(),
    revokeGrant: () => void session.revokeGrant(),
    // Firefox may close the popup when it asks for the permission; the next popup then has it.
    allowDirectFetch: async () => {
      if ('origin' in session.state && (await pins?.pin(session.state.origin))) await session.open();
    },
    reload: () => closeIfLost(session.reload()),
    cycleVariant: (flag, by) => closeIfLost(cycleVariant(session, browsingStore, flag, by)),
    retry: () => void session.open(),
    search: (text) => browsingStore.search(text),
    filter: (filter) => browsingStore.filter(filter),
    view,
    loadMore: () => browsingStore.loadMore(),
    ...(detach && { detach: () => closeIfLost(detach().then(() => false)) }),
    ...(compare && { compare: (flag) => closeIfLost(compare(flag).then(() => false)) }),
    sharing: sharingStore,
    ...(pins && {
      pin: (wanted) => {
        // Called without awaiting: browsers ask only in a click handler. readPin() follows when the result is known.
        if ('origin' in session.state) void (wanted ? pins.pin : pins.unpin)(session.state.origin);
      },
    }),
    ...(openOptions && { openOptions: () => closeIfLost(openOptions().then(() => false)) }),
  };

  async function readSitePresets(): Promise<PresetsBySite> {
    if (!('origin' in session.state)) return new Map();
    const { origin } = session.state;
    return new Map([[origin, await host.presets.read(origin)]]);
  }

  async function loadViews(): Promise<void> {
    views ??= await import('./lazy-views.ts');
    presetsStore ??= new views.PresetsStore(host.presets, readSitePresets, renderPopup);
    viewAsStore ??= new views.ViewAsStore(actions.choose, renderPopup);
  }

  async function view(next: View): Promise<void> {
    await loadViews();
    const from = browsingStore.browsing.view;
    if (next === 'scenarios') void presetsStore?.load();
    viewAsStore?.reset();
    browsingStore.view(next);
    focusView(document, from, next);
  }

  function back(): boolean {
    const from = browsingStore.browsing.view;
    const isLeft = browsingStore.back();
    if (from !== 'flags') focusView(document, from, 'flags');
    return isLeft;
  }

  function apply(proposed: ProposedOverrides, mode: ApplyMode): void {
    if (views) void reloadAfter(session.apply(views.applyProposed(proposed, mode)));
    browsingStore.view('flags');
    focusReload(document);
  }

  async function reloadAfter(edit: Promise<void>): Promise<void> {
    await edit;
    if (host.isReloadAutomatic() && session.isReloadDue) await closeIfLost(session.reload());
  }

  /** Closes the popup if it has lost access to the page, or if another window has replaced it. */
  async function closeIfLost(isUsable: Promise<boolean>): Promise<void> {
    if (!(await isUsable)) host.close();
  }

  function renderPopup(): void {
    const { state } = session;
    if ('origin' in state) browsingStore.openSite(state.origin);
    const isPinned = 'origin' in state && state.origin === pinned?.origin && pinned.isPinned;
    const shown = {
      state,
      browsing: browsingStore.browsing,
      sharing: sharingStore.sharing,
      presets: presetsStore,
      viewAs: viewAsStore,
      isPinned,
      views,
    };
    const popup = <Popup {...shown} actions={actions} />;
    render(host.below === undefined ? popup : [popup, host.below()], document.body);
  }

  async function readPin(): Promise<void> {
    if (pins === undefined || !('origin' in session.state)) return;
    const { origin } = session.state;
    if (origin !== pinned?.origin) pinned = { origin, isPinned: false }; // until it is known
    pinned = { origin, isPinned: await pins.isPinned(origin) };
    renderPopup();
  }

  renderPopup();
  session.subscribe(() => {
    renderPopup();
    if ('origin' in session.state && session.state.origin !== pinned?.origin) void readPin();
  });
  bindKeys(document, { ...actions, back });
  const opened = session.open();
  // Loads the other views while the page is read, so that a link's proposal appears with the flags. If this fails, a click tries
  // again.
  loadViews().then(renderPopup, () => {});

  // Another window may edit the same site's overrides.
  const watched = opened.then(() => {
    setInterval(() => void session.refresh(), 1_000);
    addEventListener('focus', () => void session.refresh());
  });

  return {
    opened: watched,
    render: renderPopup,
    readPin,
    reloadPresets: () => void (browsingStore.browsing.view === 'scenarios' && presetsStore?.load()),
    reopen: () => session.open(),
  };
}
