import type { Popup } from './drivers/popup.ts';
import { until } from './drivers/waiting.ts';

/** Shows the scenarios with one unfolded, and a preset of the person's own. */
export async function showScenarios(popup: Popup): Promise<Popup> {
  await popup.click('Scenarios');
  await popup.write('Name', 'Ada’s cart');
  await popup.click('Save current overrides');
  await popup.click('New checkout 2 overrides');
  return planned(popup);
}

/** Shows what was copied, and what a pasted text would change. */
export async function showSharing(popup: Popup): Promise<Popup> {
  await popup.click('Share');
  await popup.click('Copy link');
  await until('the link is copied', async () => (await popup.statuses()).includes('Copied'));
  await popup.write('Paste JSON or a link', '{ "PRODUCT_LAYOUT": "LIST", "NEW_SEARCH": "MAYBE", "GONE": "ON" }');
  return planned(popup);
}

/** Waits until the popup says what somebody's overrides would change. */
export async function planned(popup: Popup): Promise<Popup> {
  await until('there is a plan', () =>
    popup.evaluate(({ document }) => document.querySelector('[data-change]') !== null),
  );
  return popup;
}
