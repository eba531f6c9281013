import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { readQrCode } from '../../helpers/qr-code.ts';
import type { Popup } from '../drivers/popup.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { openShop, overridesIn } from '../sites/shop.ts';

const shop = closeAfterFile(await openShop());
const LIST = '#gatekeeper=%7B%22PRODUCT_LAYOUT%22%3A%22LIST%22%7D';

/** The lines of the preview, one for each flag. */
const planned = (popup: Popup): Promise<readonly string[]> =>
  popup.evaluate(({ document }) =>
    Array.from(document.querySelectorAll('[data-change]'), ({ textContent }) => textContent ?? ''),
  );

const focused = (popup: Popup): Promise<string> =>
  popup.evaluate(({ document }) => document.activeElement?.ariaLabel ?? document.activeElement?.textContent ?? '');

/** The copied text, as the popup shows it. */
async function copied(popup: Popup, button: string): Promise<string> {
  await popup.click(button);
  await eventually(() => popup.statuses()).toContain('Copied');
  return popup.evaluate(
    ({ document }) => document.querySelector<HTMLTextAreaElement>('[aria-label="Text to copy"]')?.value ?? '',
  );
}

inEachBrowser((browser) => {
  test('a share link proposes overrides: nothing changes before a click, and the proposal is gone after it', async () => {
    const tab = await browser().open(`${shop.url('link')}${LIST}`);
    const popup = await tab.openPopup();

    expect(await planned(popup)).toEqual(['PRODUCT_LAYOUT Site’s choice → LIST']);
    expect(await tab.cookies()).not.toHaveProperty('gatekeeper');
    await popup.click('Add to yours');

    await eventually(() => popup.chosen('PRODUCT_LAYOUT')).toBe('LIST');
    const written = async () => overridesIn(await tab.page.evaluate(() => document.cookie));
    await eventually(written).toEqual({ PRODUCT_LAYOUT: 'LIST' });
    expect(await planned(popup)).toEqual([]);
    await popup.click('Undo');
    await eventually(() => tab.cookies()).not.toHaveProperty('gatekeeper');
    expect(await planned(popup)).toEqual(['PRODUCT_LAYOUT Site’s choice → LIST']);
    expect(shop.received('link').filter(({ path }) => path.includes('gatekeeper='))).toEqual([]);
  });

  test('a proposal names unknown and locked flags, and can be dismissed', async () => {
    const overrides = { GONE: 'ON', PAYMENTS_KILL_SWITCH: 'STOPPED', NEW_SEARCH: 'MAYBE', CHECKOUT_FLOW: 'WIZARD' };
    const fragment = `#gatekeeper=${encodeURIComponent(JSON.stringify(overrides))}`;
    const tab = await browser().open(`${shop.url('named')}${fragment}`);
    const popup = await tab.openPopup();

    expect(await planned(popup)).toEqual([
      'CHECKOUT_FLOW Site’s choice → WIZARD',
      'GONE Ignored: the site does not know this flag.',
      'PAYMENTS_KILL_SWITCH Ignored: this flag is locked.',
      'NEW_SEARCH Ignored: the flag has no variant MAYBE.',
    ]);
    await popup.click('Not now');

    await eventually(() => planned(popup)).toEqual([]);
    expect(await tab.cookies()).not.toHaveProperty('gatekeeper');
  });

  test.each([
    // what               fragment
    ['markup', '{"<img src=x onerror=alert(1)>":"<script>alert(2)</script>"}'],
    ['prototype names', '{"__proto__":{"PRODUCT_LAYOUT":"LIST"},"constructor":"LIST"}'],
    ['values that are not strings', '{"PRODUCT_LAYOUT":["LIST"],"NEW_SEARCH":{"toString":"ON"}}'],
    ['a cookie', 'LIST; Path=/; gatekeeper={"PRODUCT_LAYOUT":"LIST"}'],
    ['bytes that are not UTF-8', '%ff%fe'],
    ['deeply nested brackets', '['.repeat(3_000)],
    ['5,000 characters', `{"A":"${'x'.repeat(5_000)}"}`],
  ])('a hostile fragment (%s) is shown as text or not at all, and changes nothing', async (_, value) => {
    const tab = await browser().open(`${shop.url('hostile')}#gatekeeper=${value}`);
    const popup = await tab.openPopup();

    expect(await popup.text()).toContain('This link proposes');
    expect(await popup.evaluate(({ document }) => document.querySelectorAll('img, body script').length)).toBe(0);
    expect(await popup.alerts()).toEqual([]);
    expect(await tab.cookies()).not.toHaveProperty('gatekeeper');
    await eventually(async () => (await popup.rows()).length).toBe(7);
  });

  test('each export format has the same overrides, and curl gets the page with them', async () => {
    const tab = await browser().open(shop.url('copy', '/?layout=any#top'));
    const popup = await tab.openDetachedPopup();
    await popup.choose('PRODUCT_LAYOUT', 'LIST');
    await eventually(() => popup.text('PRODUCT_LAYOUT')).toContain('LIST · your choice');
    await popup.click('Share');

    expect(await copied(popup, 'Copy link')).toBe(`${shop.url('copy', '/?layout=any')}${LIST}`);
    expect(JSON.parse(await copied(popup, 'Copy as JSON'))).toEqual({ PRODUCT_LAYOUT: 'LIST' });
    expect(await copied(popup, 'Copy as Playwright')).toContain('addCookies');
    expect(await copied(popup, 'Copy as Cypress')).toContain('cy.setCookie("gatekeeper"');
    const report = await copied(popup, 'Copy report');
    expect(report).toContain(`\`${shop.url('copy')}?…\``);
    expect(report).toMatch(/`PRODUCT_LAYOUT`: `GRID` \(default\)/);
    expect(report).toContain('- `PRODUCT_LAYOUT`: `LIST`\n');
    const command = await copied(popup, 'Copy as cURL');
    const { stdout } = await promisify(execFile)('sh', ['-c', `${command} --silent --max-time 5`]);
    expect(stdout).toContain('Lamps');
    expect(overridesIn(shop.received('copy').at(-1)?.cookie ?? '')).toEqual({ PRODUCT_LAYOUT: 'LIST' });
  });

  test('the code of the site opens the override page with the choices, which asks before it applies them', async () => {
    const tab = await browser().open(shop.networkUrl());
    const popup = await tab.openPopup();
    await popup.choose('PRODUCT_LAYOUT', 'LIST');
    await eventually(() => popup.text('PRODUCT_LAYOUT')).toContain('LIST · your choice');
    await popup.click('Share');

    const drawn = await popup.evaluate(({ document }) => {
      const [code, path, address] = ['svg[role=img]', 'svg[role=img] path', 'div:has(> svg[role=img]) + p'].map((one) =>
        document.querySelector(one),
      );
      const { width = 0, height = 0, bottom = 0 } = code?.getBoundingClientRect() ?? {};
      return {
        viewBox: code?.getAttribute('viewBox') ?? '',
        path: path?.getAttribute('d') ?? '',
        isSquare: width > 150 && width === height,
        isCovered: bottom > (address?.getBoundingClientRect().top ?? 0),
      };
    });
    expect(drawn).toMatchObject({ isSquare: true, isCovered: false });
    expect(readQrCode(drawn)).toBe(`${shop.networkUrl('/gatekeeper')}${LIST}`);
    await popup.close();
    // A phone has no cookie yet.
    await tab.page.evaluate(() => {
      // biome-ignore lint/suspicious/noDocumentCookie: as on another device
      document.cookie = 'gatekeeper=; path=/; max-age=0';
    });
    await tab.goto(readQrCode(drawn));

    await eventually(() => tab.page.evaluate(() => document.querySelector('.proposal')?.textContent ?? '')).toContain(
      'PRODUCT_LAYOUT Site’s choice → LIST',
    );
    expect(await tab.cookies()).not.toHaveProperty('gatekeeper');
  });

  test('on localhost, the popup says why a phone cannot open the site, and shows no code', async () => {
    const popup = await (await browser().open(shop.url('phone'))).openPopup();
    await popup.click('Share');

    expect(await popup.text()).toContain('A phone cannot open phone.localhost');
    expect(await popup.evaluate(({ document }) => document.querySelectorAll('svg[role=img]').length)).toBe(0);
  });

  test('pasted overrides are previewed entry by entry, and change nothing before a click', async () => {
    const tab = await browser().open(shop.url('import'));
    const popup = await tab.openPopup();
    await popup.click('Share');

    await popup.write('Paste JSON or a link', '<img src=x onerror=alert(1)>');
    await eventually(() => popup.alerts()).toEqual(['This is neither JSON nor a link with variants.']);
    await popup.write('Paste JSON or a link', '{"PRODUCT_LAYOUT":"LIST","GONE":"ON","NEW_SEARCH":7,"<b>x":"<i>"}');
    await eventually(() => planned(popup)).toEqual([
      'PRODUCT_LAYOUT Site’s choice → LIST',
      'GONE Ignored: the site does not know this flag.',
      'NEW_SEARCH not a variant',
      '<b>x Ignored: the site does not know this flag.',
    ]);
    expect(await tab.cookies()).not.toHaveProperty('gatekeeper');
    await popup.click('Add to yours');

    await eventually(() => popup.chosen('PRODUCT_LAYOUT')).toBe('LIST');
    const written = async () => overridesIn(await tab.page.evaluate(() => document.cookie));
    await eventually(written).toEqual({ PRODUCT_LAYOUT: 'LIST' });
  });

  test('Escape and "Back" close a view, and the focus returns to the button that opened it', async () => {
    const popup = await (await browser().open(shop.url('views'))).openDetachedPopup();

    await popup.click('Share');
    expect(await focused(popup)).toBe('Share');
    await popup.press('Escape');
    expect(await focused(popup)).toBe('Share');
    expect((await popup.rows()).length).toBe(7);
    await popup.click('Scenarios');
    await popup.press('Tab');
    await popup.click('Back');

    expect(await focused(popup)).toBe('Scenarios');
    expect((await popup.rows()).length).toBe(7);
  });
});
