import type { Popup } from '../drivers/popup.ts';

/** The result of a click on a radio. */
export interface Click {
  /** The host that the popup showed; `undefined` if it showed no flags. */
  readonly host: string | undefined;
  /** Whether there was a radio to click. A click on the chosen radio is also an edit. */
  readonly isEdit: boolean;
}

/** Clicks a radio at once by script. The mouse would first bring the popup's window to the front. */
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
