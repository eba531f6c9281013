import { expect, test } from 'vitest';
import type { BrowserDriver, Tab } from '../drivers/browser-driver.ts';
import { eventually } from '../eventually.ts';

/**
 * A site of one framework, running in development and in production (with no policy). Both have the flags `MY_NEW_FEATURE`
 * (`VISIBLE` for the users 1, 2 and 3, by default `NOT_VISIBLE`) and `SEARCH` (`EXACT`, `FUZZY`), and a page at `/` with
 * - an element `[data-testid=my-new-feature]` exactly if `MY_NEW_FEATURE` is `VISIBLE`, rendered by the server,
 * - an element `[data-testid=search]`. A script of the page sets its `data-engine` to the variant of `SEARCH`, which only the
 *   site's JSON API evaluates, in one request,
 * - a button `button[name=user][value="1"]` that signs the visitor in as user 1 and shows the page again.
 */
export interface HostSite {
  readonly development: string;
  readonly production: string;
  close(): unknown;
}

/** The popup works with a site of any framework, opened by a click on the toolbar button. */
export function hostContract(browser: () => BrowserDriver, { development, production }: HostSite): void {
  test('a choice reaches the server, which renders it, and "Site’s choice" and "Clear all choices" revert it', async () => {
    const tab = await browser().open(development);
    await eventually(() => shown(tab)).toEqual({ feature: false, engine: 'EXACT' });
    const popup = await tab.openPopup();
    expect(await popup.text('MY_NEW_FEATURE')).toMatch(/NOT_VISIBLE · default.*on this page/);
    expect(await popup.text('SEARCH')).toMatch(/EXACT · default.*in 1 request/);

    await popup.choose('MY_NEW_FEATURE', 'VISIBLE');
    await popup.choose('SEARCH', 'FUZZY');
    await eventually(() => popup.text('SEARCH')).toContain('FUZZY · your choice');
    expect(await popup.text('MY_NEW_FEATURE')).toContain(
      'This page shows NOT_VISIBLE: it was loaded before the change.',
    );
    await popup.close();
    await tab.reload();
    await eventually(() => shown(tab)).toEqual({ feature: true, engine: 'FUZZY' });

    const again = await tab.openPopup();
    expect(await again.text('MY_NEW_FEATURE')).toMatch(/(?<!NOT_)VISIBLE · your choice.*on this page/);
    expect(await again.text('MY_NEW_FEATURE')).not.toContain('This page shows');
    await again.choose('SEARCH', '');
    await eventually(() => again.text('SEARCH')).toContain('EXACT · default');
    expect((await tab.cookies()).gatekeeper).toBe('%7B%22MY_NEW_FEATURE%22%3A%22VISIBLE%22%7D');
    await again.click('Clear all choices');
    await eventually(() => again.text('MY_NEW_FEATURE')).toContain('NOT_VISIBLE · default');
    expect(await tab.cookies()).not.toHaveProperty('gatekeeper');
    await again.close();
    await tab.reload();
    await eventually(() => shown(tab)).toEqual({ feature: false, engine: 'EXACT' });
  });

  test('the popup shows the user list’s variant for the signed-in user, and an override wins over it', async () => {
    const tab = await browser().open(development);
    await signIn(tab);
    const popup = await tab.openPopup();
    expect(await popup.text('MY_NEW_FEATURE')).toMatch(/(?<!NOT_)VISIBLE · user list/);
    expect(await popup.chosen('MY_NEW_FEATURE')).toBe('');

    await popup.choose('MY_NEW_FEATURE', 'NOT_VISIBLE');
    await eventually(() => popup.text('MY_NEW_FEATURE')).toContain('NOT_VISIBLE · your choice');
    expect(await popup.text('MY_NEW_FEATURE')).toContain('VISIBLE without your choice');
    await popup.close();
    await tab.reload();

    await eventually(() => shown(tab)).toEqual({ feature: false, engine: 'EXACT' });
  });

  test('in production, the override cookie changes nothing, and the manifest is the site’s own 404', async () => {
    const tab = await browser().open(production);
    await tab.page.evaluate((value) => {
      // biome-ignore lint/suspicious/noDocumentCookie: as the extension does
      document.cookie = `gatekeeper=${value}; path=/`;
    }, encodeURIComponent('{"MY_NEW_FEATURE":"VISIBLE","SEARCH":"FUZZY"}'));
    await tab.reload();
    await eventually(() => shown(tab)).toEqual({ feature: false, engine: 'EXACT' });

    const popup = await tab.openPopup();

    expect(await popup.statuses()).toEqual([
      expect.stringContaining('This site offers no flags The site returned status 404'),
    ]);
    expect(await popup.rows()).toEqual([]);
    const [refused, unknown] = await Promise.all(
      ['/.well-known/gatekeeper.json', '/.well-known/neverthere.json'].map((path) => responseIn(tab, path)),
    );
    expect(refused).toEqual(unknown);
  });
}

/** What the page shows: the server's rendering, and the response of its API. */
function shown(tab: Tab): Promise<{ readonly feature: boolean; readonly engine: string | undefined }> {
  return tab.page.evaluate(() => ({
    feature: document.querySelector('[data-testid=my-new-feature]') !== null,
    engine: document.querySelector<HTMLElement>('[data-testid=search]')?.dataset.engine,
  }));
}

async function signIn(tab: Tab): Promise<void> {
  await tab.page.click('button[name=user][value="1"]');
  await eventually(() => shown(tab).catch(() => undefined)).toEqual({ feature: true, engine: 'EXACT' });
}

/** A response as a script of the page reads it, with the page's cookies. The paths have the same length. */
function responseIn(tab: Tab, path: string) {
  return tab.page.evaluate(async (url) => {
    const response = await fetch(url);
    const headers = [...response.headers].filter(([name]) => name !== 'date');
    return { status: response.status, headers, body: (await response.text()).replaceAll(url, 'PATH') };
  }, path);
}
