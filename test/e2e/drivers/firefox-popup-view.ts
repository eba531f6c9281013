import type { Page } from 'puppeteer-core';
import { callText, type InPopup, type Json, type View } from './view.ts';

const POPUP = "browser.extension.getViews({ type: 'popup' })[0]";

const UNSUPPORTED = new Error('Firefox’s toolbar popup does not support this; use openDetachedPopup()');

/** The popup of Firefox's toolbar button. WebDriver cannot reach it, so scripts run in it through another extension page. */
export class FirefoxPopupView implements View {
  readonly #helperPage: Page;

  constructor(helperPage: Page) {
    this.#helperPage = helperPage;
  }

  evaluate<Args extends readonly Json[], Value>(
    callback: InPopup<Args, Value>,
    ...args: Args
  ): Promise<Awaited<Value>> {
    return this.#helperPage.evaluate(callText(callback, POPUP, args)) as Promise<Awaited<Value>>;
  }

  click<Args extends readonly Json[]>(
    find: InPopup<Args, Element | null | undefined>,
    ...args: Args
  ): Promise<boolean> {
    const found = callText(find, POPUP, args);
    // element.click() changes a radio and presses a button as the mouse does.
    return this.#helperPage.evaluate(
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
    return Promise.reject(UNSUPPORTED);
  }

  resize(): Promise<void> {
    return Promise.reject(UNSUPPORTED);
  }

  run(): Promise<void> {
    return Promise.reject(UNSUPPORTED);
  }

  picture(): Promise<Uint8Array> {
    return Promise.reject(UNSUPPORTED);
  }

  accessibilityTree(): Promise<readonly string[]> {
    return Promise.reject(UNSUPPORTED);
  }

  reopen(): Promise<void> {
    return Promise.reject(UNSUPPORTED);
  }

  isOpen(): Promise<boolean> {
    return this.#helperPage.evaluate(`Boolean(${POPUP})`) as Promise<boolean>;
  }

  close(): Promise<void> {
    // The popup may have closed itself, as it does after a reload.
    return this.evaluate((popup) => popup?.close());
  }
}
