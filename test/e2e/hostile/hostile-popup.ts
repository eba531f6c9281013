import type { Popup } from '../drivers/popup.ts';

/** What a popup shows, and signs that a hostile site has changed it. */
export interface PopupSnapshot {
  readonly flags: readonly string[];
  readonly statuses: string;
  readonly alerts: string;
  readonly title: string;
  /** Elements that the popup never creates. */
  readonly foreign: readonly string[];
  readonly isWide: boolean;
}

/** Waits in the popup until it has read the page, then returns what it shows. */
export function snapshotOf(popup: Popup): Promise<PopupSnapshot> {
  return popup.evaluate(async ({ document, setTimeout }) => {
    while (document.querySelector('main')?.ariaBusy !== 'false') await new Promise((done) => setTimeout(done, 10));
    // Firefox fits the popup's size to its content with a delay.
    for (
      let tries = 0;
      tries < 50 && document.documentElement.scrollWidth > document.documentElement.clientWidth;
      tries++
    )
      await new Promise((done) => setTimeout(done, 20));
    const foreign =
      'script:not([src^="/"]), img, iframe, object, embed, base, form, meta[http-equiv], [style], a:not([href^="http://"], [href^="https://"])';
    return {
      flags: Array.from(document.querySelectorAll<HTMLElement>('[data-flag]'), (row) => row.dataset.flag ?? ''),
      statuses: Array.from(document.querySelectorAll('[role=status]'), ({ textContent }) => textContent).join('\n'),
      alerts: Array.from(document.querySelectorAll('[role=alert]'), ({ textContent }) => textContent).join('\n'),
      title: document.title,
      foreign: Array.from(document.querySelectorAll(foreign), ({ localName }) => localName),
      isWide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
    };
  });
}
