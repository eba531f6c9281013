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

/** Somebody who wants to hear of a tab's requests, and of where it goes. */
export interface NetworkListener {
  /** A request has ended; `entry` is as the browser tells of it. */
  request(entry: unknown): void;
  /** The tab shows another page; `isLate`: its document may have been told of already. */
  navigation(url: string, isLate: boolean): void;
}

/**
 * Tells of the inspected tab's requests, as the developer tools see them: those of before first, then each as it ends.
 * Only what the browser has recorded is read; nothing runs in the page.
 */
export async function watchNetwork(listener: NetworkListener): Promise<void> {
  const { network } = browser.devtools;
  // What happens while the earlier requests are asked for comes after them, and once.
  let waiting: (() => void)[] | undefined = [];
  const inTurn = (tell: () => void): void => void (waiting === undefined ? tell() : waiting.push(tell));
  const notified = new Set<string>();
  network.onRequestFinished.addListener((entry) =>
    inTurn(() => {
      if (!notified.has(entryKey(entry))) listener.request(entry);
    }),
  );
  network.onNavigated.addListener((url) => inTurn(() => listener.navigation(url, !isChromium())));
  for (const entry of await earlierRequests()) {
    notified.add(entryKey(entry));
    listener.request(entry);
  }
  for (const tell of waiting) tell();
  waiting = undefined;
}

async function earlierRequests(): Promise<readonly unknown[]> {
  const network = browser.devtools.network as unknown as { getHAR(answer?: (log: Har) => void): Promise<Har> };
  try {
    // Chromium answers by callback only, Firefox by promise only.
    const log = await (isChromium() ? new Promise<Har>((resolve) => void network.getHAR(resolve)) : network.getHAR());
    // Both list those on their way too; what has no status yet comes again when it has ended.
    return (Array.isArray(log?.entries) ? log.entries : []).filter(isAnswered);
  } catch {
    return []; // Firefox cannot list a page that goes away meanwhile
  }
}

const isAnswered = (entry: { readonly response?: { readonly status?: unknown } }): boolean =>
  Number(entry?.response?.status) > 0;

interface Har {
  readonly entries?: unknown;
}

const isChromium = (): boolean => 'setThemeChangeHandler' in browser.devtools.panels;

function entryKey(entry: unknown): string {
  const { startedDateTime, request } = entry as { startedDateTime?: unknown; request?: { url?: unknown } };
  return `${startedDateTime} ${request?.url}`;
}
