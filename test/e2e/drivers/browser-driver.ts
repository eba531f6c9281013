import type { Page } from 'puppeteer-core';
import type { Popup } from './popup.ts';

export const BROWSER_NAMES = ['chromium', 'firefox'] as const;
export type BrowserName = (typeof BROWSER_NAMES)[number];

/** `forced` is forced colours mode: the user's colours replace those of the page. */
export type ColourScheme = 'light' | 'dark' | 'forced';

/** A browser with a new profile and the built extension. It is used through real clicks and keys where the browser allows it. */
export interface BrowserDriver {
  readonly name: BrowserName;
  /** A page of the extension in the background, for calls of the extension API while no popup is open. */
  readonly helperPage: Popup;
  /** Opens a URL in a new tab or window, and brings it to the front. */
  open(url: string, options?: OpenOptions): Promise<Tab>;
  /** Opens the options page in its own window. */
  openOptions(): Promise<Popup>;
  /** The window with `path` of the extension that `open` makes the extension open. */
  windowOpenedBy(open: () => Promise<unknown>, path: string): Promise<Popup>;
  /**
   * Pins the site of a popup with the popup's button. A program cannot answer the browser's prompt, so Firefox's prompts are
   * switched off, and in Chromium the permission is granted on its extensions page before.
   */
  pin(popup: Popup, hostname: string): Promise<void>;
  /** The text on the toolbar button of the tab that shows a page of a pinned site. */
  badgeOf(url: string): Promise<string>;
  /** Closes every tab and popup that this driver opened. */
  closeTabs(): Promise<void>;
  /** Accepts Firefox's permission prompt. A program cannot answer Chromium's prompt. */
  acceptPermission(): Promise<void>;
  /** Refuses Firefox's permission prompt. */
  refusePermission(): Promise<void>;
  /** Kills the extension's background program, if it is awake; the next event wakes it. */
  killWorker(): Promise<void>;
  /** Blocks or allows the cookies of all sites. */
  blockCookies(isBlocked: boolean): Promise<void>;
  /** Sets the colour scheme of all pages and popups, open ones too. */
  preferColours(scheme: ColourScheme): Promise<void>;
  /** The errors of the extension's pages since the last call: console errors, exceptions and dialogs. */
  newPageErrors(): Promise<readonly string[]>;
  /**
   * Resets the browser to the state of a new profile, optionally with another extension. Use the returned driver instead of
   * this one.
   */
  reset(extensionFolder?: string): Promise<BrowserDriver>;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly inNewWindow?: boolean;
  /** In a Firefox container, which has its own cookies. Chromium has no containers. */
  readonly inContainer?: boolean;
}

export interface DetachedOptions {
  /** Whether to return before the popup has read the page. */
  readonly isBusy?: boolean;
}

/** A tab with a site. */
export interface Tab {
  /** The page itself, for actions that have no method here. */
  readonly page: Page;
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** The cookies that the browser sends with the page's next request, HttpOnly ones included. */
  cookies(): Promise<Readonly<Record<string, string>>>;
  /** Clicks the real toolbar button. Resolves when the popup is open; it may still be reading the page. */
  clickToolbarButton(): Promise<Popup>;
  /** Clicks the toolbar button and waits until the popup has read the page. */
  openPopup(): Promise<Popup>;
  /**
   * Opens the popup's page for this tab in its own window, after a click on the toolbar button has given access. Keys and
   * sizes work in it in both browsers.
   */
  openDetachedPopup(options?: DetachedOptions): Promise<Popup>;
  /** The text on the toolbar button of this tab. */
  badge(): Promise<string>;
  close(): Promise<void>;
}
