import type { Page } from 'puppeteer-core';
import type { Popup } from './popup.ts';

export const BROWSER_NAMES = ['chromium', 'firefox'] as const;
export type BrowserName = (typeof BROWSER_NAMES)[number];

/** `forced`: the person's own few colours, in place of every page's. */
export type ColourScheme = 'light' | 'dark' | 'forced';

/** A browser with a fresh profile and the built extension, worked by hand as far as the browser allows. */
export interface BrowserDriver {
  readonly name: BrowserName;
  /** Opens an address in a new tab, or in a new window, and brings it to the front. */
  open(url: string, options?: OpenOptions): Promise<Tab>;
  /** Opens the options in a window of their own; they are read and worked as the popup is. */
  openOptions(): Promise<Popup>;
  /**
   * Pins the site of a popup by the popup's button. No program answers the question that a browser asks then: Firefox is
   * told to ask nothing, and Chromium does not ask for what was allowed on its own page before.
   */
  pin(popup: Popup, hostname: string): Promise<void>;
  /** The text on the toolbar button of the tab that shows a page of a pinned site. */
  badgeOf(url: string): Promise<string>;
  /** Closes every tab and popup that was opened. */
  closeTabs(): Promise<void>;
  /** Says yes to the permission that Firefox asks for; no program answers Chromium's question. */
  acceptPermission(): Promise<void>;
  /** Makes the browser keep no cookies of any site, or keep them again. */
  blockCookies(isBlocked: boolean): Promise<void>;
  /** What every page and popup is told of the person's colours, from now on and at once. */
  preferColours(scheme: ColourScheme): Promise<void>;
  /** What the extension's pages have complained of since the last time: console errors, exceptions, dialogs. */
  newComplaints(): Promise<readonly string[]>;
  /**
   * The same browser with nothing left of what was done in it, as with a fresh profile, and perhaps with another
   * extension; this driver is of no use any more.
   */
  renewed(extensionFolder?: string): Promise<BrowserDriver>;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly inNewWindow?: boolean;
  /** In a container of Firefox's, with cookies of its own. Chromium has none. */
  readonly inContainer?: boolean;
}

export interface DetachedOptions {
  /** Not to wait until the popup has read the page. */
  readonly isBusy?: boolean;
}

/** One tab with a site in it. */
export interface Tab {
  /** The page itself, for what has no word of its own here. */
  readonly page: Page;
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** The cookies that the browser would send with the page's next request, HttpOnly ones too. */
  cookies(): Promise<Readonly<Record<string, string>>>;
  /** Clicks the real toolbar button; the popup is there, and perhaps still reading. */
  clickToolbarButton(): Promise<Popup>;
  /** Clicks the toolbar button and waits until the popup has read the page. */
  openPopup(): Promise<Popup>;
  /**
   * The popup's page for this tab in a window of its own; a click on the toolbar button has let the extension in. It
   * takes keys and sizes in both browsers.
   */
  openDetachedPopup(options?: DetachedOptions): Promise<Popup>;
  /** The text on the toolbar button of this tab. */
  badge(): Promise<string>;
  close(): Promise<void>;
}
