import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HostilePage, startHostileSite } from '../fakes/hostile-site.ts';
import type { BrowserDriver, BrowserName } from './drivers/browser-driver.ts';
import { startBrowser } from './drivers/start-browser.ts';
import { forThisFile } from './for-this-file.ts';
import { lookAt, type Sight } from './hostile-popup.ts';
import { serveOnOneOrigin } from './sites/one-origin.ts';

// The list is drawn in portions; the last flags of a long one are not there yet.
const DRAWN_AT_ONCE = 40;
const LONG = { timeout: 300_000 };

const site = forThisFile(await startHostileSite());
const oneOrigin = forThisFile(await serveOnOneOrigin());

const DOCUMENTS = new Set(site.cases.map((page) => page.class).filter((name) => name !== 'http'));

hold({ name: 'chromium', takes: { http: 1 }, meets: clickingEach });
hold({ name: 'chromium', takes: Object.fromEntries([...DOCUMENTS].map((name) => [name, 1])), meets: clickingOnce });
// Of the two large classes, which are about reading and not about browsers, Firefox takes a sample.
hold({ name: 'firefox', takes: { http: 1, inject: 1, type: 4, cookie: 4 }, meets: clickingEach });

interface Hold {
  readonly name: BrowserName;
  /** Of each class every case, or every fourth. */
  readonly takes: Readonly<Record<string, number>>;
  readonly meets: (browser: BrowserDriver) => Promise<Meet>;
}

/** Brings a popup before one case. */
type Meet = (page: HostilePage) => Promise<Sight & { readonly complaints: readonly string[] }>;

function hold({ name, takes, meets }: Hold): void {
  describe(name, () => {
    const drivers: BrowserDriver[] = [];
    const meetings: Meet[] = [];
    beforeAll(async () => {
      // Two share the cases: while one waits for a hostile server, the other goes on.
      drivers.push(...(await Promise.all([startBrowser(name), startBrowser(name)])));
      meetings.push(...(await Promise.all(drivers.map(meets))));
    });
    afterAll(() => Promise.all(drivers.map((driver) => driver.close())));

    test.each(Object.entries(takes))(
      'no hostile manifest of the class "%s" does more than it should',
      LONG,
      async (of, every) => {
        const cases = site.cases.filter((page) => page.class === of).filter((_, at) => at % every === 0);
        const waiting = cases.values();
        const problems: string[] = [];

        await Promise.all(
          meetings.map(async (meet) => {
            for (const page of waiting) {
              const found = differences(await meet(page), page, name);
              problems.push(...found.map((problem) => `${page.id}: ${problem}`));
            }
          }),
        );

        expect(cases).not.toEqual([]);
        expect(problems).toEqual([]);
      },
    );
  });
}

/** A click on the toolbar button for each case, which has an origin of its own. */
async function clickingEach(browser: BrowserDriver): Promise<Meet> {
  const tab = await browser.open(site.url);
  return async (page) => {
    await tab.goto(page.url);
    const popup = await tab.clickToolbarButton();
    const sight = await lookAt(popup);
    await popup.close();
    return { ...sight, complaints: await browser.newComplaints() };
  };
}

/** One click for all: in Chromium it lets the extension in for as long as the tab stays on the origin. */
async function clickingOnce(browser: BrowserDriver): Promise<Meet> {
  const tab = await browser.open(oneOrigin.url('hostile'));
  const popup = await tab.openDetachedPopup();
  await popup.resize(400, 600);
  return async ({ id }) => {
    await tab.goto(oneOrigin.url('hostile', `/${id}`));
    await popup.reopen();
    return { ...(await lookAt(popup)), complaints: await browser.newComplaints() };
  };
}

function differences(sight: Awaited<ReturnType<Meet>>, page: HostilePage, browser: BrowserName): readonly string[] {
  const { flags, statuses, alerts } = sight;
  const shown = flags.length > 0 ? 'flags' : alerts !== '' ? 'alert' : statuses !== '' ? 'status' : 'nothing';
  // What is no HTTP at all, Firefox takes for HTTP/0.9: a site without a manifest.
  const expected = page.id === 'http-no-http' && browser === 'firefox' ? 'status' : page.expect;
  const dropped = /(\d+) entr(?:y|ies) of the manifest/.exec(statuses)?.[1] ?? '0';
  const checks: Readonly<Record<string, boolean>> = {
    [`shows ${shown}, not ${expected}: ${alerts}${statuses}`]: shown !== expected,
    [`lists ${flags}`]:
      page.flags !== undefined && `${flags}` !== `${page.flags.slice(0, DRAWN_AT_ONCE)}` && shown === 'flags',
    [`owns up to ${dropped} dropped entries, not ${page.dropped}`]: Number(dropped) !== page.dropped,
    [`does not say ${page.text}`]: page.text !== undefined && !alerts.includes(page.text),
    [`took ${sight.milliseconds} ms`]: sight.milliseconds > 6_000,
    [`is called ${sight.title}`]: sight.title !== 'Gatekeeper',
    [`holds ${sight.foreign}`]: sight.foreign.length > 0,
    'scrolls sideways': sight.isWide,
  };
  return [...Object.keys(checks).filter((problem) => checks[problem]), ...sight.complaints];
}
