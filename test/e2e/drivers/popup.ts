import type { InPopup, Json, PopupWindow, PressedKey, View } from './view.ts';
import { until } from './waiting.ts';

/** A radio of a flag as it stands; the variant `''` is "No override". */
export interface RadioState {
  readonly variant: string;
  readonly checked: boolean;
  readonly disabled: boolean;
}

/** The extension's popup, read and worked as a person would. What it is asked to click, it waits for. */
export class Popup {
  readonly #view: View;

  constructor(view: View) {
    this.#view = view;
  }

  /** Runs a function in the popup: for what has no word of its own here. */
  evaluate<Args extends readonly Json[], Value>(look: InPopup<Args, Value>, ...args: Args): Promise<Awaited<Value>> {
    return this.#view.evaluate(look, ...args);
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

  /** Everything that can be read in the popup, or in one flag's row; without line breaks. */
  async text(flag?: string): Promise<string> {
    return (await this.#texts(flag === undefined ? 'body' : `[data-flag="${flag}"]`))[0] ?? '';
  }

  /** What the popup says calmly. */
  statuses(): Promise<readonly string[]> {
    return this.#texts('[role=status]');
  }

  /** What the popup says with urgency. */
  alerts(): Promise<readonly string[]> {
    return this.#texts('[role=alert]');
  }

  /** The names of the buttons that can be pressed. */
  buttons(): Promise<readonly string[]> {
    return this.#texts('button:enabled');
  }

  #texts(selector: string): Promise<readonly string[]> {
    return this.evaluate(
      ({ document }, selected) =>
        Array.from(document.querySelectorAll<HTMLElement>(selected), (element) =>
          // biome-ignore lint/performance/useDomNodeTextContent: as it is read, with a space where a line ends
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

  /** The variant whose radio is checked; `''` is "No override", `undefined` none. */
  async chosen(flag: string): Promise<string | undefined> {
    return (await this.radioStates(flag)).find(({ checked }) => checked)?.variant;
  }

  /** Clicks a variant's radio; `''` is "No override". */
  async choose(flag: string, variant: string): Promise<void> {
    await until(`a radio ${flag} = "${variant}"`, () =>
      this.#view.click(
        ({ document }, name, value) =>
          Array.from(
            document.querySelectorAll<HTMLInputElement>(`[data-flag="${name}"] input[type=radio]:enabled`),
          ).find((radio) => radio.value === value),
        flag,
        variant,
      ),
    );
  }

  /** Clicks the button of this name. */
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
    await this.#view.write('input[type=search]', text);
  }

  /** Replaces what is written in the field of this name. */
  write(field: string, text: string): Promise<void> {
    return this.#view.write(`[aria-label="${field}"], input[name="${field}"], textarea[name="${field}"]`, text);
  }

  press(key: PressedKey): Promise<void> {
    return this.#view.press(key);
  }

  /** `sharpness`: how many pixels of the screen a pixel is wide. */
  resize(width: number, height: number, sharpness = 2): Promise<void> {
    return this.#view.resize(width, height, sharpness);
  }

  /** Runs a script in the popup, past its Content-Security-Policy. */
  run(script: string): Promise<void> {
    return this.#view.run(script);
  }

  /** What a screen reader is told, in its order, a line each. Chromium only. */
  readAloud(): Promise<readonly string[]> {
    return this.#view.readAloud();
  }

  /** A picture of the popup, as PNG. */
  picture(): Promise<Uint8Array> {
    return this.#view.picture();
  }

  /** The number of the tab that the popup was opened on. */
  async tabId(): Promise<number> {
    const id = await this.evaluate(
      async ({ chrome }) => (await chrome.tabs.query({ active: true, currentWindow: true }))[0]?.id,
    );
    if (id === undefined) throw new Error('The popup was opened on no tab');
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
    if (id === undefined) throw new Error(`no tab tells that it shows ${url}`);
    return this.badge(id);
  }

  /** Clicks the radio, checkbox or other element that a selector finds. */
  async clickOn(selector: string): Promise<void> {
    await until(selector, () =>
      this.#view.click(({ document }, selected) => document.querySelector(selected), selector),
    );
  }

  /** Loads a detached popup anew, as if it had just been opened. */
  reopen(): Promise<void> {
    return this.#view.reopen();
  }

  /** Closes the popup, as a person does: later than the moment in which it stores what was clicked. */
  async close(): Promise<void> {
    await until('the popup has stored what it was storing', async () => {
      // It may have closed itself meanwhile, as it does after a reload.
      return !(await this.isOpen()) || (await this.#view.evaluate(storesNothing));
    });
    if (await this.isOpen()) await this.#view.close();
    await until('the popup is closed', async () => !(await this.isOpen()));
  }
}

async function storesNothing(popup: PopupWindow): Promise<boolean> {
  const { held, pending } = await popup.navigator.locks.query();
  return (held ?? []).length + (pending ?? []).length === 0;
}
