import type { ElementHandle, KeyInput, Page, SerializedAXNode } from 'puppeteer-core';
import { closePage, until } from './waiting.ts';

/**
 * A screenshot of a page, as PNG. The page is first brought to the front and draws two frames. The browser may draw no frame
 * of a page behind another one, and a screenshot would then wait for ever.
 */
export async function pictureOf(page: Page): Promise<Uint8Array> {
  await page.bringToFront();
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  return page.screenshot();
}

/** A function that runs in the popup. It is sent as source text, so it cannot use variables of its scope. */
export type InPopup<Args extends readonly Json[], Value> = (popup: PopupWindow, ...args: Args) => Value;

export type Json = string | number | boolean | null | readonly Json[];

/** The popup's window, with the extension's API. */
export interface PopupWindow
  extends Window,
    Pick<typeof globalThis, 'InputEvent' | 'MutationObserver' | 'PerformanceObserver' | 'XMLSerializer'> {
  readonly chrome: Pick<
    typeof import('webextension-polyfill'),
    'action' | 'permissions' | 'scripting' | 'storage' | 'tabs'
  >;
}

/** How a driver reads and uses a popup. */
export interface View {
  evaluate<Args extends readonly Json[], Value>(callback: InPopup<Args, Value>, ...args: Args): Promise<Awaited<Value>>;
  /** Clicks the element that `find` returns; resolves to `false` if there is none. */
  click<Args extends readonly Json[]>(find: InPopup<Args, Element | null | undefined>, ...args: Args): Promise<boolean>;
  /** Replaces the text in a field. */
  write(selector: string, text: string): Promise<void>;
  press(key: PressedKey): Promise<void>;
  resize(width: number, height: number, sharpness: number): Promise<void>;
  /** Runs a script in the popup. */
  run(script: string): Promise<void>;
  /** A screenshot, as PNG. */
  picture(): Promise<Uint8Array>;
  /** The accessibility tree, one line for each node: role, name and states. Chromium only. */
  accessibilityTree(): Promise<readonly string[]>;
  /** Reloads the popup, which then works as if it had just been opened. */
  reopen(): Promise<void>;
  isOpen(): Promise<boolean>;
  close(): Promise<void>;
}

export type PressedKey = 'Shift+Tab' | KeyInput;

/** The expression that calls `callback` with the window that `popup` evaluates to. */
export function callText(callback: InPopup<never, unknown>, popup: string, args: readonly Json[]): string {
  return `(${callback})(${[popup, ...args.map((arg) => JSON.stringify(arg))].join(', ')})`;
}

/** A popup that is a page, with real clicks and keys. */
export class PageView implements View {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  evaluate<Args extends readonly Json[], Value>(
    callback: InPopup<Args, Value>,
    ...args: Args
  ): Promise<Awaited<Value>> {
    return this.page.evaluate(callText(callback, 'window', args)) as Promise<Awaited<Value>>;
  }

  async click<Args extends readonly Json[]>(
    find: InPopup<Args, Element | null | undefined>,
    ...args: Args
  ): Promise<boolean> {
    const handle = await this.page.evaluateHandle(callText(find, 'window', args));
    const element = handle.asElement() as ElementHandle<Element> | null;
    await element?.click();
    return element !== null;
  }

  async write(selector: string, text: string): Promise<void> {
    await this.page.click(selector, { count: 3 });
    await this.page.keyboard.press('Backspace');
    await this.page.keyboard.type(text);
  }

  async press(key: PressedKey): Promise<void> {
    const { keyboard } = this.page;
    if (key !== 'Shift+Tab') return keyboard.press(key);
    await keyboard.down('Shift');
    await keyboard.press('Tab');
    await keyboard.up('Shift');
  }

  resize(width: number, height: number, sharpness: number): Promise<void> {
    return this.page.setViewport({ width, height, deviceScaleFactor: sharpness });
  }

  async run(script: string): Promise<void> {
    await this.page.evaluate(script);
  }

  picture(): Promise<Uint8Array> {
    return pictureOf(this.page);
  }

  async accessibilityTree(): Promise<readonly string[]> {
    const tree = await this.page.accessibility.snapshot({ interestingOnly: false }); // includes groups that cannot get the focus
    return tree === null ? [] : lines(tree);
  }

  async reopen(): Promise<void> {
    // Puppeteer gets no load event for pages of an extension in Firefox, so this polls the page.
    await this.page.evaluate(() => {
      Object.assign(globalThis, { isBeforeReload: true });
      setTimeout(() => location.reload());
    });
    await until('the popup is reloaded', () =>
      this.page.evaluate(() => document.readyState === 'complete' && !('isBeforeReload' in globalThis)),
    );
  }

  async isOpen(): Promise<boolean> {
    return !this.page.isClosed();
  }

  async close(): Promise<void> {
    await closePage(this.page);
  }
}

function lines({ role, name, checked, disabled, pressed, children = [] }: SerializedAXNode): readonly string[] {
  const states = Object.entries({ checked, disabled, pressed }).flatMap(([state, holds]) => (holds ? [state] : []));
  return [[role, name, ...states].filter(Boolean).join(' '), ...children.flatMap(lines)];
}
