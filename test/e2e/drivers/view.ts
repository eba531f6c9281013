import type { ElementHandle, KeyInput, Page, SerializedAXNode } from 'puppeteer-core';
import { until } from './waiting.ts';

/**
 * A picture of a page, as PNG. The page is brought to the front first and has drawn a frame there: of one behind another
 * the browser may draw none, and a picture waits for the next frame for ever.
 */
export async function pictureOf(page: Page): Promise<Uint8Array> {
  await page.bringToFront();
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  return page.screenshot();
}

/** A function that runs in the popup: sent as text, so it is complete in itself. */
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

/** How a driver reaches into a popup: its eyes and its hands. */
export interface View {
  evaluate<Args extends readonly Json[], Value>(look: InPopup<Args, Value>, ...args: Args): Promise<Awaited<Value>>;
  /** Clicks what `find` finds; `false` if there is nothing. */
  click<Args extends readonly Json[]>(find: InPopup<Args, Element | null | undefined>, ...args: Args): Promise<boolean>;
  /** Replaces what is written in a field. */
  write(selector: string, text: string): Promise<void>;
  press(key: PressedKey): Promise<void>;
  resize(width: number, height: number, sharpness: number): Promise<void>;
  /** Runs a script in the popup. */
  run(script: string): Promise<void>;
  /** A picture of it, as PNG. */
  picture(): Promise<Uint8Array>;
  /** What a screen reader is told, in its order, a line each: role, name and state. Chromium only. */
  readAloud(): Promise<readonly string[]>;
  /** Loads it anew, as if it had just been opened. */
  reopen(): Promise<void>;
  isOpen(): Promise<boolean>;
  close(): Promise<void>;
}

export type PressedKey = 'Shift+Tab' | KeyInput;

/** The expression that calls `look` with the window that `popup` evaluates to. */
export function callText(look: InPopup<never, unknown>, popup: string, args: readonly Json[]): string {
  return `(${look})(${[popup, ...args.map((arg) => JSON.stringify(arg))].join(', ')})`;
}

/** A popup that the browser shows as a page: real clicks, real keys. */
export class PageView implements View {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  evaluate<Args extends readonly Json[], Value>(look: InPopup<Args, Value>, ...args: Args): Promise<Awaited<Value>> {
    return this.page.evaluate(callText(look, 'window', args)) as Promise<Awaited<Value>>;
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

  async readAloud(): Promise<readonly string[]> {
    const tree = await this.page.accessibility.snapshot({ interestingOnly: false }); // a group that takes no focus counts too
    return tree === null ? [] : lines(tree);
  }

  async reopen(): Promise<void> {
    // Puppeteer never hears that a page of an extension in Firefox has loaded; so the page is asked.
    await this.page.evaluate(() => {
      Object.assign(globalThis, { isOfBefore: true });
      setTimeout(() => location.reload());
    });
    await until('the popup is loaded anew', () =>
      this.page.evaluate(() => document.readyState === 'complete' && !('isOfBefore' in globalThis)),
    );
  }

  async isOpen(): Promise<boolean> {
    return !this.page.isClosed();
  }

  async close(): Promise<void> {
    if (!this.page.isClosed()) await this.page.close();
  }
}

function lines({ role, name, checked, disabled, pressed, children = [] }: SerializedAXNode): readonly string[] {
  const states = Object.entries({ checked, disabled, pressed }).flatMap(([state, holds]) => (holds ? [state] : []));
  return [[role, name, ...states].filter(Boolean).join(' '), ...children.flatMap(lines)];
}
