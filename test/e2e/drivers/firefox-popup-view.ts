import type { Page } from 'puppeteer-core';
import { callText, type InPopup, type Json, type View } from './view.ts';

const POPUP = "browser.extension.getViews({ type: 'popup' })[0]";

const TOO_FAR = new Error('That does not reach into the popup of Firefox; a detached popup takes it');

/** The popup of Firefox's toolbar button: no page to WebDriver, but the extension's other pages reach into it. */
export class FirefoxPopupView implements View {
  readonly #backstage: Page;

  constructor(backstage: Page) {
    this.#backstage = backstage;
  }

  evaluate<Args extends readonly Json[], Value>(look: InPopup<Args, Value>, ...args: Args): Promise<Awaited<Value>> {
    return this.#backstage.evaluate(callText(look, POPUP, args)) as Promise<Awaited<Value>>;
  }

  click<Args extends readonly Json[]>(
    find: InPopup<Args, Element | null | undefined>,
    ...args: Args
  ): Promise<boolean> {
    const found = callText(find, POPUP, args);
    // The element's own click: it changes a radio and presses a button as the mouse would.
    return this.#backstage.evaluate(
      `((element) => { element?.click(); return Boolean(element); })(${found})`,
    ) as Promise<boolean>;
  }

  write(selector: string, text: string): Promise<void> {
    return this.evaluate(
      (popup, field, value) => {
        const input = popup.document.querySelector<HTMLInputElement>(field);
        if (input === null) throw new Error(`no ${field}`);
        input.value = value;
        input.dispatchEvent(new InputEvent('input', { bubbles: true }));
      },
      selector,
      text,
    );
  }

  press(): Promise<void> {
    return Promise.reject(TOO_FAR);
  }

  resize(): Promise<void> {
    return Promise.reject(TOO_FAR);
  }

  run(): Promise<void> {
    return Promise.reject(TOO_FAR);
  }

  picture(): Promise<Uint8Array> {
    return Promise.reject(TOO_FAR);
  }

  readAloud(): Promise<readonly string[]> {
    return Promise.reject(TOO_FAR);
  }

  reopen(): Promise<void> {
    return Promise.reject(TOO_FAR);
  }

  isOpen(): Promise<boolean> {
    return this.#backstage.evaluate(`Boolean(${POPUP})`) as Promise<boolean>;
  }

  close(): Promise<void> {
    // It may have closed itself meanwhile, as it does after a reload.
    return this.evaluate((popup) => popup?.close());
  }
}
