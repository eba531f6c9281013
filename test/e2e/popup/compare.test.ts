import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Random } from '../../../scripts/fuzz/random.ts';
import { createGatekeeper } from '../../../server-lib/index.ts';
import { manifestOf } from '../../helpers/protocol/manifest-of.ts';
import { IS_DEEP } from '../../helpers/vitest/depth.ts';
import { SEED } from '../../helpers/vitest/seed.ts';
import { violationsInAllColours } from '../axe.ts';
import type { BrowserDriver, Tab } from '../drivers/browser-driver.ts';
import type { ChromiumDriver } from '../drivers/chromium.ts';
import type { Popup } from '../drivers/popup.ts';
import { until } from '../drivers/waiting.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { serve } from '../sites/recording-server.ts';

const COLOURS = { RED: '#ff0000', GREEN: '#00ff00', BLUE: '#0000ff' };
const keeper = createGatekeeper({
  flags: {
    COLOUR: { variants: ['RED', 'GREEN', 'BLUE'], values: COLOURS, default: 'GREEN' },
    OTHER: { variants: ['ON', 'OFF'], default: 'OFF' },
  },
});

// A page in the colour of the variant. On the site "endless", every page with an override never finishes loading. The site
// "full" has no room for an override.
const site = closeAfterFile(
  await serve((request, response) => {
    const { cookie = '', host = '' } = request.headers;
    const gate = keeper.gateFor({ cookie, mayOverride: true });
    if (request.url === '/.well-known/gatekeeper.json') {
      response.setHeader('content-type', 'application/json; charset=utf-8');
      const manifest = manifestOf(keeper, gate);
      const overrides = host.startsWith('full') ? { ...manifest.overrides, maxBytes: 1 } : manifest.overrides;
      response.end(JSON.stringify({ ...manifest, overrides }));
      return;
    }
    const { variant, source } = gate.explain('COLOUR');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.write(
      `<!doctype html><html lang="en"><title>${variant}</title><body style="background: ${COLOURS[variant]}"><p>${variant}</p>`,
    );
    if (!(host.startsWith('endless') && source === 'override')) response.end('</body></html>');
  }),
);

const BEFORE = encodeURIComponent('{"COLOUR":"BLUE","OTHER":"ON"}');

async function openTab(browser: BrowserDriver, name: string): Promise<Tab> {
  const tab = await browser.open(site.url(name));
  if (name !== 'endless' && name !== 'full') {
    await tab.page.evaluate((value) => {
      // biome-ignore lint/suspicious/noDocumentCookie: as the popup writes it
      document.cookie = `gatekeeper=${value}; Path=/`;
    }, BEFORE);
    await tab.reload();
  }
  return tab;
}

const COMPARE = 'popup/compare.html';

/** Clicks "Compare" in the real popup, and returns the window that it opens. */
async function openComparison(browser: BrowserDriver, tab: Tab): Promise<Popup> {
  const popup = await tab.openPopup();
  return browser.windowOpenedBy(
    () =>
      popup.evaluate(({ document }) =>
        document.querySelector<HTMLElement>('[data-flag="COLOUR"] [data-action="compare"]')?.click(),
      ),
    COMPARE,
  );
}

/** Starts to compare. In Firefox, the user gives the access that it requires. */
async function startComparison(browser: BrowserDriver, tab: Tab): Promise<Popup> {
  const window = await openComparison(browser, tab);
  if (browser.name === 'firefox') {
    await window.click('Allow and compare');
    await browser.acceptPermission();
  }
  return window;
}

const stateOf = (window: Popup): Promise<string | undefined> =>
  window.evaluate(({ document }) => document.querySelector('main')?.dataset.state);

/** The variant and the colour of each picture, at a point where the page has no text. */
function pictures(window: Popup): Promise<readonly (readonly [string, string])[]> {
  return window.evaluate(({ document }) =>
    Array.from(document.querySelectorAll<HTMLElement>('[data-variant]'), (figure) => {
      const canvas = figure.querySelector('canvas') as HTMLCanvasElement;
      // Chromium warns of a canvas that is read several times, so a copy is read.
      const copy = document.createElement('canvas').getContext('2d');
      copy?.drawImage(canvas, canvas.width - 40, canvas.height - 40, 1, 1, 0, 0, 1, 1);
      const pixel = copy?.getImageData(0, 0, 1, 1).data ?? [];
      const colour = Array.from(pixel.slice(0, 3), (part) => part.toString(16).padStart(2, '0')).join('');
      return [figure.dataset.variant ?? '', `#${colour}`] as const;
    }),
  );
}

/** Whether a window of a comparison is open. Puppeteer gets no event when one closes itself in Firefox. */
const isComparing = (browser: BrowserDriver): Promise<boolean> =>
  browser.helperPage.evaluate(
    async ({ chrome }, path) => (await chrome.tabs.query({})).some(({ url }) => url?.includes(path)),
    COMPARE,
  );

/** What a comparison has stored, and the access that it has borrowed: nothing if it has ended. */
const remains = (browser: BrowserDriver): Promise<readonly string[]> =>
  browser.helperPage.evaluate(async ({ chrome }) => {
    const keys = Object.keys({ ...(await chrome.storage.session.get()), ...(await chrome.storage.local.get()) });
    const { origins = [] } = await chrome.permissions.getAll();
    return [...keys.filter((key) => key.startsWith('compare:') || key === 'borrowed-access'), ...origins];
  });

/** The text of the element with the focus; `undefined` if it has no visible focus. */
const focused = (window: Popup): Promise<string | undefined> =>
  window.evaluate(({ document, getComputedStyle }) => {
    const element = document.querySelector<HTMLElement>('main :focus');
    const isVisible = element !== null && getComputedStyle(element).outlineStyle === 'solid';
    return isVisible ? (element.ariaLabel ?? element.textContent) : undefined;
  });

const NO_VIOLATIONS = { light: [], dark: [], forced: [], '200 %': [] };
const SMALL = { width: 400, height: 300 };

inEachBrowser((browser, name) => {
  test('three variants give three pictures of the right variants, and the cookie is as before', async () => {
    const tab = await openTab(browser(), 'three');
    const window = await startComparison(browser(), tab);

    await eventually(() => stateOf(window)).toBe('ended');

    await eventually(() => pictures(window)).toEqual(Object.entries(COLOURS));
    expect(await window.alerts()).toEqual([]);
    expect(await window.statuses()).toEqual(['3 pictures. Your choice for this flag is as it was before.']);
    expect(await window.text()).toMatch(/RED "#ff0000" .* GREEN "#00ff00" .* BLUE "#0000ff" /);
    expect((await tab.cookies()).gatekeeper).toBe(BEFORE);
    await eventually(() => remains(browser())).toEqual([]);
    await eventually(() => tab.page.title()).toBe('BLUE');
    expect(await violationsInAllColours(browser(), window, SMALL)).toEqual(NO_VIOLATIONS);
  });

  if (name === 'firefox')
    test('Firefox’ access to all sites is explained before it is asked for, and nothing happens without it', async () => {
      const tab = await openTab(browser(), 'refused');
      const window = await openComparison(browser(), tab);

      expect(await window.alerts()).toEqual([expect.stringContaining('gives it back when the comparison ends.')]);
      expect(await violationsInAllColours(browser(), window, SMALL)).toEqual(NO_VIOLATIONS);
      await window.click('Allow and compare');
      await browser().refusePermission();

      await eventually(() => remains(browser())).toEqual([]);
      expect(await stateOf(window)).toBe('unavailable');
      expect((await tab.cookies()).gatekeeper).toBe(BEFORE);
    });

  // In `npm test`, one comparison is enough to see that Firefox can do it.
  if (name === 'firefox' && !IS_DEEP) return;

  test('"Cancel" by the keyboard ends the comparison, the cookie is as before, and the focus moves to the heading', async () => {
    const tab = await openTab(browser(), 'cancelled');
    const window = await startComparison(browser(), tab);
    await until('the first variant is chosen', async () => (await stateOf(window)) === 'comparing');

    await window.press('Tab');
    expect(await focused(window)).toBe('Cancel');
    await window.press('Enter');

    await eventually(() => stateOf(window)).toBe('ended');
    expect(await focused(window)).toBe('Compare the variants of COLOUR');
    expect(await window.text()).toContain('Cancelled.');
    expect((await tab.cookies()).gatekeeper).toBe(BEFORE);
    await eventually(() => remains(browser())).toEqual([]);
  });

  test('a page that never finishes loading ends with a message, and the cookie is as before', async () => {
    const tab = await openTab(browser(), 'endless');
    const window = await startComparison(browser(), tab);

    await eventually(() => window.alerts()).toEqual([
      'The page with RED did not finish loading within 7 seconds. Check that the site works, then compare again.',
    ]);
    expect(await tab.cookies()).not.toHaveProperty('gatekeeper');
    expect(await violationsInAllColours(browser(), window, SMALL)).toEqual(NO_VIOLATIONS);
  });

  const RUNS = IS_DEEP ? 50 : 3;

  test(`a window that is closed at a random moment leaves no other override (${RUNS} times)`, {
    timeout: 480_000,
  }, async () => {
    const tab = await openTab(browser(), 'closed');
    for (let run = 1; run <= RUNS; run++) {
      const random = new Random(SEED, run);
      const window = await startComparison(browser(), tab);
      await window.evaluate(
        ({ setTimeout, close }, delay) => void setTimeout(() => close(), delay),
        random.below(2_500),
      );
      await until('the window is closed', async () => !(await isComparing(browser())));
      if (random.once(2)) {
        await browser().killWorker();
        const popup = await tab.openPopup(); // the next start of either restores it
        await eventually(() => remains(browser())).toEqual([]);
        await popup.close();
      }

      await eventually(() => remains(browser())).toEqual([]);
      await eventually(async () => (await tab.cookies()).gatekeeper).toBe(BEFORE);
    }
  });

  if (name !== 'chromium') return; // the window cannot be prepared in Firefox, and its popup takes no keys

  const chromium = (): ChromiumDriver => browser() as ChromiumDriver;

  test.each([
    // state, its message and what the window's own calls of the browser do
    ['comparing', /^Taking the picture of RED: 1 of 3$/, 'full', `storage.session.set = () => new Promise(() => {})`],
    ['ended', /^RED could not be chosen/, 'full', ''],
    ['ended', /^The browser took no picture/, 'three', `tabs.captureVisibleTab = () => Promise.reject(new Error())`],
    ['ended', /^Gatekeeper cannot access the page/, 'three', `tabs.reload = () => Promise.reject(new Error())`],
  ])('the state "%s" that says %s has no accessibility violations', async (state, message, siteName, fault) => {
    const tab = await openTab(browser(), siteName);
    const popup = await tab.openPopup();
    const tabId = await popup.tabId();
    await popup.close();
    const page = await chromium().browser.newPage({ type: 'window' });
    const window = await chromium().listenTo(page);
    if (fault !== '') await page.evaluateOnNewDocument(`for (const api of [chrome, browser]) api.${fault};`);
    await page.goto(`chrome-extension://${chromium().extension.id}/${COMPARE}?tabId=${tabId}&flag=COLOUR`);

    await eventually(() => stateOf(window)).toBe(state);

    expect([...(await window.statuses()), ...(await window.alerts())]).toContainEqual(expect.stringMatching(message));
    expect(await violationsInAllColours(browser(), window, SMALL)).toEqual(NO_VIOLATIONS);
  });

  test('by the keyboard alone, a user opens Compare at the flag, copies and saves the pictures, and compares again', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'gatekeeper-compare-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const tab = await openTab(browser(), 'keys');
    const popup = await tab.openPopup();
    const tabTo = async (view: Popup, wanted: string) => {
      for (let stops = 0; (await focused(view)) !== wanted; stops++) {
        if (stops > 20) throw new Error(`Tab does not reach ${wanted}`);
        await view.press('Tab');
      }
    };
    await tabTo(popup, 'Compare the variants of COLOUR');
    const window = await browser().windowOpenedBy(() => popup.press('Enter'), COMPARE);
    await eventually(() => stateOf(window)).toBe('ended');
    const session = await chromium().browser.target().createCDPSession();
    await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });

    await window.press('Tab');
    expect(await focused(window)).toBe('Copy picture');
    await window.press('Enter');
    await eventually(() => window.statuses()).toContain('Picture copied.');
    expect(await focused(window)).toBe('Copy picture');
    await window.press('Tab');
    expect(await focused(window)).toBe('Save as PNG');
    await window.press('Enter');
    await window.press('Tab');
    expect(await focused(window)).toBe('Save as HTML');
    await window.press('Enter');

    await eventually(() => readdirSync(folder).sort()).toEqual(['gatekeeper-COLOUR.html', 'gatekeeper-COLOUR.png']);
    const [html, png] = readdirSync(folder)
      .sort()
      .map((file) => readFileSync(path.join(folder, file)));
    expect(String(html).match(/<figure><img alt="(?:RED|GREEN|BLUE)" src="data:image\/png;base64,/g)).toHaveLength(3);
    expect(png?.subarray(1, 4).toString()).toBe('PNG');
    await window.press('Tab');
    expect(await focused(window)).toBe('Compare again');
    await window.press('Enter');
    await until('it compares again', async () => (await stateOf(window)) === 'comparing');
    expect(await focused(window)).toBe('Compare the variants of COLOUR');
    await eventually(() => stateOf(window)).toBe('ended');
    expect(await focused(window)).toBe('Compare the variants of COLOUR');
  });
});
