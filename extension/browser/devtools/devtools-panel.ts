import browser from 'webextension-polyfill';

/** Adds the Gatekeeper panel to the developer tools. */
export function addPanel(): void {
  void browser.devtools.panels.create('Gatekeeper', '/icons/gatekeeper-16.png', '/panel.html');
}

/** The id of the tab that the developer tools inspect. */
export function inspectedTab(): number {
  return browser.devtools.inspectedWindow.tabId;
}

/** Calls `listener` with the colour scheme of the developer tools, now and whenever it changes. */
export function followTheme(listener: (scheme: 'light' | 'dark') => void): void {
  const follow = (theme: string): void => listener(theme === 'dark' ? 'dark' : 'light');
  // Firefox has an event; Chromium accepts one handler.
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

/** Receives the requests and navigations of a tab. */
export interface NetworkListener {
  /** Called when a request has ended; `entry` is the browser's HAR entry, and `readContent` returns the response's text. */
  request(entry: unknown, readContent: () => Promise<string>): void;
  /** Called when the tab shows another page; `isLate`: the document's request may have been reported before. */
  navigation(url: string, isLate: boolean): void;
}

/**
 * Reports the requests of the inspected tab: first those that the developer tools have recorded, then each as it ends.
 * Only the browser's record is read; nothing runs in the page.
 */
export async function watchNetwork(listener: NetworkListener): Promise<void> {
  const { network } = browser.devtools;
  // Events that fire while the earlier requests are fetched are reported after them, and only once.
  let queued: (() => void)[] | undefined = [];
  const inOrder = (notify: () => void): void => void (queued === undefined ? notify() : queued.push(notify));
  const reported = new Set<string>();
  const report = (entry: unknown): void => listener.request(entry, () => readContent(entry));
  network.onRequestFinished.addListener((entry) =>
    inOrder(() => {
      if (!reported.has(entryKey(entry))) report(entry);
    }),
  );
  network.onNavigated.addListener((url) => inOrder(() => listener.navigation(url, !isChromium())));
  for (const entry of await earlierRequests()) {
    reported.add(entryKey(entry));
    report(entry);
  }
  for (const notify of queued) notify();
  queued = undefined;
}

async function earlierRequests(): Promise<readonly unknown[]> {
  const network = browser.devtools.network as unknown as { getHAR(callback?: (log: Har) => void): Promise<Har> };
  try {
    // Chromium supports only a callback, Firefox only a promise.
    const log = await (isChromium() ? new Promise<Har>((resolve) => void network.getHAR(resolve)) : network.getHAR());
    // Both also list pending requests. A request without a status is reported again when it ends.
    return (Array.isArray(log?.entries) ? log.entries : []).filter(hasStatus);
  } catch {
    return []; // Firefox fails if the page is replaced meanwhile
  }
}

/** The text of a response; an empty string if it is not a text or the browser no longer has it. */
async function readContent(entry: unknown): Promise<string> {
  const request = entry as { getContent?(callback?: (...content: unknown[]) => void): Promise<unknown> };
  if (typeof request.getContent !== 'function') return '';
  try {
    // As with getHAR, Chromium calls a callback, and Firefox returns a promise of an array.
    const [text, encoding] = isChromium()
      ? await new Promise<unknown[]>((resolve) => void request.getContent?.((...content) => resolve(content)))
      : ((await request.getContent()) as unknown[]);
    return typeof text === 'string' && encoding !== 'base64' ? text : '';
  } catch {
    return ''; // the page was replaced, or the panel has closed
  }
}

const hasStatus = (entry: { readonly response?: { readonly status?: unknown } }): boolean =>
  Number(entry?.response?.status) > 0;

interface Har {
  readonly entries?: unknown;
}

const isChromium = (): boolean => 'setThemeChangeHandler' in browser.devtools.panels;

function entryKey(entry: unknown): string {
  const { startedDateTime, request } = entry as { startedDateTime?: unknown; request?: { url?: unknown } };
  return `${startedDateTime} ${request?.url}`;
}
