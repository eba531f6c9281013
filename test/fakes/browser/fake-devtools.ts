import { FakeEvent } from './fake-event.ts';

/** The developer tools of one tab, as an extension's panel sees them. */
export class FakeDevTools {
  /** What happened before the panel was there; it is told when `answer` is called. */
  readonly earlierEntries: object[] = [];
  /** Whether asking for it fails. */
  failsToAnswer = false;
  #answered: () => void = () => {};
  readonly #asked = new Promise<void>((resolve) => {
    this.#answered = resolve;
  });

  readonly inspectedWindow = { tabId: 7 };
  readonly panels: Record<string, unknown> = { themeName: 'default', setThemeChangeHandler: () => {} };
  readonly network = {
    onRequestFinished: new FakeEvent<[entry: object]>(),
    onNavigated: new FakeEvent<[url: string]>(),
    // Chromium's answers by callback and returns nothing, Firefox's takes none.
    getHAR: (callback?: (log: object) => void): Promise<object> | undefined => {
      const log = this.#asked.then(() => {
        if (this.failsToAnswer) throw new Error('The request was destroyed');
        return { entries: this.earlierEntries };
      });
      if ('setThemeChangeHandler' in this.panels) return void log.then(callback);
      if (callback !== undefined) throw new TypeError('Incorrect argument types for devtools.network.getHAR.');
      return log;
    },
  };

  /** Lets the browser tell of the earlier requests. */
  answerHar(): void {
    this.#answered();
  }
}

/** A request as developer tools tell of it. */
export function harEntry(url: string, serverTiming = '', rest: object = {}): object {
  return {
    _resourceType: 'document',
    startedDateTime: '2026-11-22T20:28:03.974Z',
    request: { url, method: 'GET', headers: [] },
    response: { status: 200, headers: [{ name: 'server-timing', value: serverTiming }], content: {} },
    ...rest,
  };
}
