import browser from 'webextension-polyfill';

/** Adds our panel to the developer tools. */
export function addPanel(): void {
  void browser.devtools.panels.create('Gatekeeper', '/icons/gatekeeper-16.png', '/panel.html');
}

/** The tab that the developer tools are open for. */
export function inspectedTab(): number {
  return browser.devtools.inspectedWindow.tabId;
}

/** Calls `listener` with the colours of the developer tools, now and when they change. */
export function followTheme(listener: (scheme: 'light' | 'dark') => void): void {
  const follow = (theme: string): void => listener(theme === 'dark' ? 'dark' : 'light');
  // Firefox has an event where Chromium takes one handler.
  const panels = browser.devtools.panels as unknown as Panels;
  follow(panels.themeName);
  if (panels.onThemeChanged !== undefined) panels.onThemeChanged.addListener(follow);
  else panels.setThemeChangeHandler?.(follow);
}

interface Panels {
  readonly themeName: string;
  readonly onThemeChanged?: { addListener(listener: (theme: string) => void): void };
  setThemeChangeHandler?(handler: (theme: string) => void): void;
}
