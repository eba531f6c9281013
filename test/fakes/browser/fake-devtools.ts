import { FakeEvent } from './fake-event.ts';

/** The devtools API for one tab. */
export class FakeDevTools {
  /** The requests before the panel opened; `getHAR` returns them once `sendHar` is called. */
  readonly earlierEntries: object[] = [];
  /** Whether `getHAR` fails. */
  failsHar = false;
  #resolveHar: () => void = () => {};
  readonly #harRequested = new Promise<void>((resolve) => {
    this.#resolveHar = resolve;
  });

  readonly inspectedWindow = { tabId: 7 };
  readonly panels: Record<string, unknown> = { themeName: 'default', setThemeChangeHandler: () => {} };
  readonly network = {
    onRequestFinished: new FakeEvent<[entry: object]>(),
    onNavigated: new FakeEvent<[url: string]>(),
    // Chromium's getHAR calls a callback and returns nothing; Firefox's accepts no callback.
    getHAR: (callback?: (log: object) => void): Promise<object> | undefined => {
      const log = this.#harRequested.then(() => {
        if (this.failsHar) throw new Error('The request was destroyed');
        return { entries: this.earlierEntries };
      });
      if ('setThemeChangeHandler' in this.panels) return void log.then(callback);
      if (callback !== undefined) throw new TypeError('Incorrect argument types for devtools.network.getHAR.');
      return log;
    },
  };

  /** Lets `getHAR` return the earlier requests. */
  sendHar(): void {
    this.#resolveHar();
  }
}

/** A request in the format of the developer tools. */
export function harEntry(url: string, serverTiming = '', rest: object = {}): object {
  return {
    _resourceType: 'document',
    startedDateTime: '2026-11-22T20:28:03.974Z',
    request: { url, method: 'GET', headers: [] },
    response: { status: 200, headers: [{ name: 'server-timing', value: serverTiming }], content: {} },
    ...rest,
  };
}
