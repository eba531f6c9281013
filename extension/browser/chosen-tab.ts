import browser from 'webextension-polyfill';

/** The tab that this page acts for: the one named by `?tabId=`, or the one whose toolbar button was clicked. */
export async function chosenTab(): Promise<number> {
  const named = new URLSearchParams(location.search).get('tabId');
  if (named !== null && /^\d+$/.test(named)) return Number(named);
  const [active] = await browser.tabs.query({ active: true, currentWindow: true });
  return active?.id ?? browser.tabs.TAB_ID_NONE;
}
