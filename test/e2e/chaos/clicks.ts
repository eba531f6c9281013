import type { Popup } from '../drivers/popup.ts';

/** What a click on a radio met. */
export interface Click {
  /** The host that the popup was showing; `undefined` where it showed no flags. */
  readonly host: string | undefined;
  /** Whether there was a radio to click on; on one that is chosen, too, a click is an edit. */
  readonly isEdit: boolean;
}

/** Clicks a radio at once: without the mouse, which would bring the popup's window to the front first. */
export function clickNow(popup: Popup, flag: string, variant: string): Promise<Click> {
  return popup.evaluate(
    ({ document }, name, value) => {
      const radio = document.querySelector<HTMLInputElement>(`[data-flag="${name}"] input[value="${value}"]:enabled`);
      radio?.click();
      return { host: document.querySelector('.origin')?.textContent ?? undefined, isEdit: radio !== null };
    },
    flag,
    variant,
  );
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
