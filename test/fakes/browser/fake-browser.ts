import en from '../../../extension/_locales/en/messages.json' with { type: 'json' };
import { formatMessage } from '../../../extension/app/i18n/languages.ts';
import type { PageWorld } from '../page/page-world.ts';
import { FakeDevTools } from './fake-devtools.ts';
import { FakeEvent } from './fake-event.ts';

interface Injection {
  readonly target: { readonly tabId: number };
  readonly func: (...args: unknown[]) => Promise<unknown>;
  readonly args?: unknown[];
  readonly injectImmediately?: boolean;
}

interface Permissions {
  readonly origins?: readonly string[];
  readonly permissions?: readonly string[];
}

const namesOf = ({ origins = [], permissions = [] }: Permissions): readonly string[] => [...origins, ...permissions];

/** A tab: its page, and the properties that the browser reveals. */
export interface FakeTab {
  readonly id: number;
  readonly page?: PageWorld;
  readonly url?: string;
  readonly active?: boolean;
  /** The tab's cookie store in Firefox. */
  readonly cookieStoreId?: string;
}

/** The parts of a browser's WebExtension API that the extension uses, with the tabs that a test opens. */
export class FakeBrowser {
  readonly openTabs: FakeTab[] = [];
  readonly injections: Injection[] = [];
  readonly reloads: { readonly tabId: number; readonly bypassCache?: boolean }[] = [];
  readonly badges = new Map<number, string>();
  /** The titles of the toolbar button that differ from the default, by tab. */
  readonly titles = new Map<number, string>();
  /** The granted origin patterns and other permissions. */
  readonly grantedPermissions = new Set<string>();
  /** Whether the user accepts when the browser asks for a permission. */
  acceptsPermissions = true;
  /** The extension's own manifest. */
  manifest: Readonly<Record<string, unknown>> = { version: '1.2.3' };
  /** The shortcut that opens the popup; `undefined` in a browser without shortcuts. */
  shortcut: string | undefined = 'Alt+Shift+G';
  /** The pages that were opened. */
  readonly openedPages: string[] = [];
  /** The content of `storage.session`. */
  readonly sessionItems = new Map<string, unknown>();
  /** The content of `storage.local`. */
  readonly localItems = new Map<string, unknown>();
  /** The implementation of `scripting.executeScript`; by default it runs the function in the tab's page. */
  execute: (injection: Injection) => Promise<readonly unknown[]> = async ({ target, func, args = [] }) => {
    const page = this.openTabs.find(({ id }) => id === target.tabId)?.page;
    if (page === undefined) throw new Error(`Cannot access contents of tab ${target.tabId}`);
    return [{ frameId: 0, result: await page.inject(func, ...args) }];
  };

  readonly i18n = {
    getMessage: (key: string, values: readonly string[]): string => formatMessage(en, key, values),
  };

  readonly permissions = {
    onAdded: new FakeEvent<[]>(),
    onRemoved: new FakeEvent<[]>(),
    getAll: async (): Promise<object> => ({ origins: [...this.grantedPermissions].filter((one) => one.includes('/')) }),
    contains: async (requested: Permissions): Promise<boolean> =>
      namesOf(requested).every((name) => this.grantedPermissions.has(name)),
    request: async (requested: Permissions): Promise<boolean> => {
      this.requestedOrigins.push(...(requested.origins ?? []));
      if (!this.acceptsPermissions) return false;
      for (const name of namesOf(requested)) this.grantedPermissions.add(name);
      this.permissions.onAdded.emit();
      return true;
    },
    remove: async (removed: Permissions): Promise<void> => {
      for (const name of namesOf(removed)) this.grantedPermissions.delete(name);
      this.permissions.onRemoved.emit();
    },
  };

  readonly runtime = {
    id: 'gatekeeper',
    getManifest: () => this.manifest,
    openOptionsPage: async (): Promise<void> => void this.openedPages.push('options'),
  };

  get commands() {
    if (this.shortcut === undefined) return undefined;
    return { getAll: async () => [{ name: '_execute_action', shortcut: this.shortcut }] };
  }

  readonly scripting = {
    executeScript: (injection: Injection): Promise<readonly unknown[]> => {
      this.injections.push(injection);
      return this.execute(injection);
    },
  };

  readonly tabs = {
    TAB_ID_NONE: -1,
    onUpdated: new FakeEvent<[tabId: number, change: { readonly status?: string }]>(),
    onRemoved: new FakeEvent<[tabId: number]>(),
    get: async (tabId: number): Promise<FakeTab> => this.#tab(tabId),
    query: async ({ active }: { readonly active?: boolean }): Promise<readonly FakeTab[]> =>
      this.openTabs.filter((tab) => active === undefined || (tab.active ?? false) === active),
    create: async ({ url }: { readonly url: string }): Promise<void> => void this.openedPages.push(url),
    reload: async (tabId: number, options: { readonly bypassCache?: boolean }): Promise<void> => {
      this.#tab(tabId);
      this.reloads.push({ tabId, ...options });
    },
  };

  readonly devtools = new FakeDevTools();
  /** The origin patterns that the extension requested. */
  readonly requestedOrigins: string[] = [];

  readonly action = {
    setBadgeText: async ({ tabId, text }: { readonly tabId: number; readonly text: string }): Promise<void> => {
      this.#tab(tabId);
      this.badges.set(tabId, text);
    },
    setBadgeBackgroundColor: async (): Promise<void> => {},
    setTitle: async ({ tabId, title }: { readonly tabId: number; readonly title: string }): Promise<void> => {
      this.#tab(tabId);
      this.titles.set(tabId, title);
    },
  };

  readonly storage = {
    onChanged: new FakeEvent<[changes: Record<string, { readonly newValue?: unknown }>, area: string]>(),
    session: this.#area('session', this.sessionItems),
    local: this.#area('local', this.localItems),
  };

  #area(name: string, items: Map<string, unknown>) {
    const change = (key: string, newValue?: unknown): void => {
      this.storage.onChanged.emit({ [key]: newValue === undefined ? {} : { newValue } }, name);
    };
    return {
      get: async (key: string | null): Promise<object> =>
        structuredClone(Object.fromEntries([...items].filter(([one]) => key === null || one === key))),
      set: async (changed: object): Promise<void> => {
        for (const [key, value] of Object.entries(changed)) {
          items.set(key, structuredClone(value));
          change(key, structuredClone(value));
        }
      },
      remove: async (key: string): Promise<void> => {
        if (items.delete(key)) change(key);
      },
    };
  }

  #tab(tabId: number): FakeTab {
    const tab = this.openTabs.find(({ id }) => id === tabId);
    if (tab === undefined) throw new Error(`No tab with id: ${tabId}.`);
    return tab;
  }
}
