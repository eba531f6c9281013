import { expect, test } from 'vitest';
import { launchFirefox } from '../drivers/firefox.ts';
import { FirefoxPanel } from '../drivers/firefox-panel.ts';
import { until } from '../drivers/waiting.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile } from '../in-each-browser.ts';
import { openShop } from '../sites/shop.ts';
import { openStreamingSite } from '../sites/streaming-site.ts';

const shop = closeAfterFile(await openShop());
const streaming = closeAfterFile(await openStreamingSite());
const { browser, scope } = await launchFirefox();
closeAfterFile(browser);

test('Firefox has no panel until it is allowed; then the panel lists requests and says where to override', async () => {
  const panel = new FirefoxPanel(scope);
  const page = await browser.newPage();
  await page.goto(shop.url('panel'));
  await page.bringToFront();
  await panel.openTools();
  expect(await panel.panels()).toEqual([]);

  await panel.switchOn();
  await eventually(() => panel.panels()).toEqual(['Gatekeeper']);
  await panel.show();
  // When an extension begins to listen, Firefox reconnects its list of requests while the next page loads. It may miss most
  // requests of that page, in its own Network panel too, but none of a later page.
  await until('the panel lists the requests of a page', async () => {
    await page.reload();
    return until('they are listed', async () => WHOLE_PAGE.test((await log(panel)) ?? ''), 10_000).catch(() => false);
  });

  await panel.evaluate(`document.querySelector('[data-evaluated]').click()`);
  await eventually(() => panel.evaluate(`document.querySelector('aside')?.textContent`)).toContain(
    'To override this flag, click Gatekeeper’s toolbar button.',
  );

  await page.goto(streaming.url('streamed')); // its headers name no flag
  await eventually(() => log(panel)).toMatch(/Navigated to http:\/\/streamed.*CHECKOUT CLASSIC default/);
});

const WHOLE_PAGE =
  /Navigated to http:\/\/panel\.localhost:\d+\/.*MY_NEW_FEATURE NOT_VISIBLE default.*NEW_SEARCH OFF default/;

const log = (panel: FirefoxPanel): Promise<string | undefined> =>
  panel.evaluate(`document.querySelector('.log')?.textContent`);
