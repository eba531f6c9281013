import type { InPopup, Json, PopupWindow, PressedKey, View } from './view.ts';
import { until } from './waiting.ts';

/** The state of a flag's radio. The variant `''` is "Site’s choice". */
export interface RadioState {
  readonly variant: string;
  readonly checked: boolean;
  readonly disabled: boolean;
}

/** The extension's popup. Methods that click wait for their element. */
export class Popup {
  readonly #view: View;

  constructor(view: View) {
    this.#view = view;
  }

  /** Runs a function in the popup, for actions that have no method here. */
  evaluate<Args extends readonly Json[], Value>(
    callback: InPopup<Args, Value>,
    ...args: Args
  ): Promise<Awaited<Value>> {
    return this.#view.evaluate(callback, ...args);
  }

  /** Waits until the popup has read the page. */
  async settled(): Promise<void> {
    await until('the popup has read the page', async () => !(await this.isBusy()));
  }

  isBusy(): Promise<boolean> {
    return this.evaluate(({ document }) => document.querySelector('main')?.getAttribute('aria-busy') !== 'false');
  }

  isOpen(): Promise<boolean> {
    return this.#view.isOpen();
  }

  /** The flags' names, in order. */
  rows(): Promise<readonly string[]> {
    return this.evaluate(({ document }) =>
      Array.from(document.querySelectorAll<HTMLElement>('[data-flag]'), (row) => row.dataset.flag ?? ''),
    );
  }

  /** The text of the popup, or of one flag's row, without line breaks. */
  async text(flag?: string): Promise<string> {
    return (await this.#texts(flag === undefined ? 'body' : `[data-flag="${flag}"]`))[0] ?? '';
  }

  /** The texts of the elements with `role=status`. */
  statuses(): Promise<readonly string[]> {
    return this.#texts('[role=status]');
  }

  /** The texts of the elements with `role=alert`. */
  alerts(): Promise<readonly string[]> {
    return this.#texts('[role=alert]');
  }

  /** The names of the enabled buttons. */
  buttons(): Promise<readonly string[]> {
    return this.#texts('button:enabled');
  }

  #texts(selector: string): Promise<readonly string[]> {
    return this.evaluate(
      ({ document }, selected) =>
        Array.from(document.querySelectorAll<HTMLElement>(selected), (element) =>
          // biome-ignore lint/performance/useDomNodeTextContent: the text as it is rendered, with a space for a line break
          element.innerText.replace(/\s+/g, ' ').trim(),
        ),
      selector,
    );
  }

  radioStates(flag: string): Promise<readonly RadioState[]> {
    return this.evaluate(
      ({ document }, name) =>
        Array.from(
          document.querySelectorAll<HTMLInputElement>(`[data-flag="${name}"] input[type=radio]`),
          ({ value, checked, disabled }) => ({ variant: value, checked, disabled }),
        ),
      flag,
    );
  }

  /** The variant whose radio is checked: `''` is "Site’s choice"; `undefined` if no radio is checked. */
  async chosen(flag: string): Promise<string | undefined> {
    return (await this.radioStates(flag)).find(({ checked }) => checked)?.variant;
  }

  /**
   * Clicks a variant's radio by script; `''` is "Site’s choice". A mouse would sometimes miss it: the result of an earlier click
   * can add a line above it at any time.
   */
  async choose(flag: string, variant: string): Promise<void> {
    await until(`a radio ${flag} = "${variant}"`, () =>
      this.evaluate(
        ({ document }, name, value) => {
          const radio = Array.from(
            document.querySelectorAll<HTMLInputElement>(`[data-flag="${name}"] input[type=radio]:enabled`),
          ).find((one) => one.value === value);
          radio?.focus({ focusVisible: false } as FocusOptions); // as the mouse does
          radio?.click();
          return radio !== undefined;
        },
        flag,
        variant,
      ),
    );
  }

  /** Clicks the button with this accessible name. */
  async click(button: string): Promise<void> {
    await until(`a button "${button}"`, () =>
      this.#view.click(
        ({ document }, name) =>
          Array.from(document.querySelectorAll<HTMLElement>('button:enabled')).find(
            (candidate) => (candidate.ariaLabel ?? candidate.textContent)?.trim() === name,
          ),
        button,
      ),
    );
  }

  async search(text: string): Promise<void> {
    await this.#write('input[type=search]', text);
  }

  /** Replaces the text in the field with this name. */
  async write(field: string, text: string): Promise<void> {
    await this.#write(`[aria-label="${field}"], input[name="${field}"], textarea[name="${field}"]`, text);
  }

  /** Waits for the field first: the popup loads some views when they are opened. */
  async #write(selector: string, text: string): Promise<void> {
    await until(`a field ${selector}`, () =>
      this.evaluate(({ document }, selected) => document.querySelector(selected) !== null, selector),
    );
    await this.#view.write(selector, text);
  }

  press(key: PressedKey): Promise<void> {
    return this.#view.press(key);
  }

  /** `sharpness` is the device pixel ratio. */
  resize(width: number, height: number, sharpness = 2): Promise<void> {
    return this.#view.resize(width, height, sharpness);
  }

  /** Runs a script in the popup, regardless of its Content-Security-Policy. */
  run(script: string): Promise<void> {
    return this.#view.run(script);
  }

  /** The accessibility tree, one line for each node. Chromium only. */
  accessibilityTree(): Promise<readonly string[]> {
    return this.#view.accessibilityTree();
  }

  /** A screenshot of the popup, as PNG. */
  picture(): Promise<Uint8Array> {
    return this.#view.picture();
  }

  /** The id of the tab for which the popup was opened. */
  async tabId(): Promise<number> {
    const id = await this.evaluate(
      async ({ chrome }) => (await chrome.tabs.query({ active: true, currentWindow: true }))[0]?.id,
    );
    if (id === undefined) throw new Error('The popup has no tab');
    return id;
  }

  /** The text on the toolbar button of a tab. */
  badge(tabId: number): Promise<string> {
    return this.evaluate(({ chrome }, tab) => chrome.action.getBadgeText({ tabId: tab }), tabId);
  }

  /** The text on the toolbar button of the tab that shows a page of a pinned site. */
  async badgeOf(url: string): Promise<string> {
    const id = await this.evaluate(
      async ({ chrome }, address) => (await chrome.tabs.query({})).find((tab) => tab.url === address)?.id,
      url,
    );
    if (id === undefined) throw new Error(`No tab with a readable URL shows ${url}`);
    return this.badge(id);
  }

  /** Clicks the element that a selector finds. */
  async clickOn(selector: string): Promise<void> {
    await until(selector, () =>
      this.#view.click(({ document }, selected) => document.querySelector(selected), selector),
    );
  }

  /** Reloads a detached popup, which then works as if it had just been opened. */
  reopen(): Promise<void> {
    return this.#view.reopen();
  }

  /** Closes the popup after it has stored its last edit. A user is not fast enough to close it earlier. */
  async close(): Promise<void> {
    await until('the popup has stored its last edit', async () => {
      // The popup may have closed itself, as it does after a reload.
      return !(await this.isOpen()) || (await this.#view.evaluate(storesNothing));
    });
    await this.#view.close();
    await until('the popup is closed', async () => !(await this.isOpen()));
  }
}

async function storesNothing(popup: PopupWindow): Promise<boolean> {
  const { held, pending } = await popup.navigator.locks.query();
  return (held ?? []).length + (pending ?? []).length === 0;
}
