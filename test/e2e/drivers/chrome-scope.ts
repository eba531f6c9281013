import type { Browser } from 'puppeteer-core';

/** Firefox's chrome scope: its own windows, buttons and preferences. */
export class ChromeScope {
  readonly #send: Send;
  readonly #window: string;

  private constructor(send: Send, window: string) {
    this.#send = send;
    this.#window = window;
  }

  static async of(browser: Browser): Promise<ChromeScope> {
    // Puppeteer has no API for it: this is WebDriver BiDi with Firefox's own extension, behind --remote-allow-system-access.
    const { connection } = browser as unknown as { readonly connection: { readonly send: Send } };
    const send: Send = (method, params) => connection.send(method, params);
    const tree = await send('browsingContext.getTree', { 'moz:scope': 'chrome' });
    const window = tree.result.contexts?.[0]?.context;
    if (window === undefined) throw new Error('Firefox has no browser window');
    return new ChromeScope(send, window);
  }

  /** Runs the body of an async function in the browser's window. It may return a string. */
  async run(body: string): Promise<string | undefined> {
    const { result } = await this.#send('script.evaluate', {
      target: { context: this.#window },
      awaitPromise: true,
      userActivation: true,
      expression: `(async () => { ${body} })()`,
    });
    if (result.type === 'exception') throw new Error(result.exceptionDetails?.text);
    return result.result?.value;
  }
}

type Send = (method: string, params: object) => Promise<{ readonly result: BidiResult }>;

interface BidiResult {
  readonly type?: string;
  readonly contexts?: readonly { readonly context: string }[];
  readonly result?: { readonly value?: string };
  readonly exceptionDetails?: { readonly text: string };
}
