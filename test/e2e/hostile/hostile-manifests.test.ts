import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type HostilePage, startHostileSite } from '../../helpers/hostile-site/hostile-site.ts';
import { sampled } from '../../helpers/vitest/depth.ts';
import type { BrowserDriver, BrowserName } from '../drivers/browser-driver.ts';
import { freshBrowser } from '../drivers/shared-browser.ts';
import { closeAfterFile, inTurns } from '../in-each-browser.ts';
import { type PopupSnapshot, snapshotOf } from './hostile-popup.ts';
import { serveOnOneOrigin } from './one-origin.ts';

// A long list is rendered in parts; its last flags are not in the document yet.
const FIRST_ROWS = 40;
const LONG = { timeout: 1_800_000 };

const site = closeAfterFile(await startHostileSite());
const oneOrigin = closeAfterFile(await serveOnOneOrigin());
const name = inject('browser');

const CLASSES = [...new Set(site.cases.map((page) => page.class))];
// Firefox showed a scroll bar at the side of these: a message of 2,000 characters made the popup higher than 600 px.
const BROKEN_ONCE = ['limits-22', 'version-19'];

// A sample of each class. That of `http` is larger, because its cases differ most.
const casesOf = (of: string) => {
  const all = site.cases.filter((page) => page.class === of);
  const representatives = sampled(all, of === 'http' ? 10 : 3);
  return [...new Set([...representatives, ...all.filter(({ id }) => BROKEN_ONCE.includes(id))])];
};

/** Opens the popup on one case. */
type OpenCase = (page: HostilePage) => Promise<PopupSnapshot & { readonly pageErrors: readonly string[] }>;

describe(name, () => {
  let browser: BrowserDriver;
  let oneClick: Promise<OpenCase> | undefined;
  beforeAll(async () => {
    browser = await freshBrowser(name);
  });
  afterAll(() => browser.closeTabs());

  function openWithOneClick(): Promise<OpenCase> {
    oneClick ??= withOneClick(browser);
    return oneClick;
  }

  test.each(inTurns(CLASSES, name))(
    'the popup shows the expected result for each hostile manifest of the class "%s"',
    LONG,
    async (of) => {
      const cases = casesOf(of);
      // A click for each document takes long, so Chromium opens all classes but this one with one click.
      const openCase = await (name === 'chromium' && of !== 'http' ? openWithOneClick() : withClickPerCase(browser));
      const problems: string[] = [];

      for (const page of cases) {
        const found = differences(await openCase(page), page, name);
        problems.push(...found.map((problem) => `${page.id}: ${problem}`));
      }

      expect(cases).not.toEqual([]);
      expect(problems).toEqual([]);
    },
  );
});

/** Clicks the toolbar button for each case. Each case has its own origin. */
async function withClickPerCase(browser: BrowserDriver): Promise<OpenCase> {
  const tab = await browser.open(site.url);
  return async (page) => {
    await tab.goto(page.url);
    const popup = await tab.clickToolbarButton();
    const snapshot = await snapshotOf(popup);
    await popup.close();
    return { ...snapshot, pageErrors: await browser.newPageErrors() };
  };
}

/** Clicks once for all cases: in Chromium the access lasts while the tab stays on the origin. */
async function withOneClick(browser: BrowserDriver): Promise<OpenCase> {
  const tab = await browser.open(oneOrigin.url('hostile'));
  const popup = await tab.openDetachedPopup();
  await popup.resize(400, 600);
  return async ({ id }) => {
    await tab.goto(oneOrigin.url('hostile', `/${id}`));
    await popup.reopen();
    return { ...(await snapshotOf(popup)), pageErrors: await browser.newPageErrors() };
  };
}

function differences(
  snapshot: Awaited<ReturnType<OpenCase>>,
  page: HostilePage,
  browser: BrowserName,
): readonly string[] {
  const { flags, statuses, alerts } = snapshot;
  const shown = flags.length > 0 ? 'flags' : alerts !== '' ? 'alert' : statuses !== '' ? 'status' : 'nothing';
  // Firefox reads a response that is not HTTP as HTTP/0.9, so the site has no manifest.
  const expected = page.id === 'http-no-http' && browser === 'firefox' ? 'status' : page.expect;
  const dropped = /(\d+) entr(?:y|ies) of the list of flags/.exec(statuses)?.[1] ?? '0';
  const checks: Readonly<Record<string, boolean>> = {
    [`shows ${shown}, not ${expected}: ${alerts}${statuses}`]: shown !== expected,
    [`lists ${flags}`]:
      page.flags !== undefined && `${flags}` !== `${page.flags.slice(0, FIRST_ROWS)}` && shown === 'flags',
    [`reports ${dropped} ignored entries, not ${page.dropped}`]: Number(dropped) !== page.dropped,
    [`does not say ${page.text}`]: page.text !== undefined && !alerts.includes(page.text),
    [`has the title ${snapshot.title}`]: snapshot.title !== 'Gatekeeper',
    [`contains ${snapshot.foreign}`]: snapshot.foreign.length > 0,
    'scrolls sideways': snapshot.isWide,
  };
  return [...Object.keys(checks).filter((problem) => checks[problem]), ...snapshot.pageErrors];
}
