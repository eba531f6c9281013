import { beforeEach, expect, test } from 'vitest';
import type { Tab } from '../drivers/browser-driver.ts';
import type { Popup } from '../drivers/popup.ts';
import { until } from '../drivers/waiting.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { inAMonth, listWhere, openShopWithRules, overridesIn, textOf } from '../sites/shop.ts';

const shop = closeAfterFile(await openShopWithRules());
const ORIGINAL_RULES = shop.rules.text();

beforeEach(() => shop.rules.change(() => ORIGINAL_RULES));

/** The view in the popup of the toolbar button. */
async function viewAs(tab: Tab): Promise<Popup> {
  const popup = await tab.openPopup();
  await popup.click('View as');
  return popup;
}

/** The view in the popup's own window, where a test can press keys in Firefox, too. */
async function viewAsInWindow(tab: Tab): Promise<Popup> {
  const popup = await tab.openDetachedPopup();
  await popup.click('View as');
  return popup;
}

/** Types into a field. */
async function enter(popup: Popup, key: string, text: string): Promise<void> {
  await popup.write(key, text);
  await popup.press('Enter');
}

/** Sets the value of a list or a field for a date, as the browser's own picker does, and submits it. */
async function pick(popup: Popup, key: string, value: string): Promise<void> {
  await until(`a control ${key}`, () =>
    popup.evaluate(
      ({ document }, id, picked) => {
        const control = document.getElementById(id) as HTMLInputElement | HTMLSelectElement | null;
        if (control === null) return false;
        control.value = picked;
        if (control.tagName === 'SELECT') control.dispatchEvent(new Event('change', { bubbles: true }));
        else control.form?.requestSubmit();
        return true;
      },
      key,
      value,
    ),
  );
}

const written = async (tab: Tab): Promise<unknown> => overridesIn(await tab.page.evaluate(() => document.cookie));

const layout = (tab: Tab): Promise<string | undefined> =>
  tab.page.evaluate(() => document.querySelector<HTMLElement>('.products')?.dataset.layout);

const line = (popup: Popup): Promise<string | undefined> =>
  popup.evaluate(({ document }) => document.querySelector('.simulated')?.textContent ?? undefined);

inEachBrowser((browser) => {
  test('another country shows the page of that country, and "Stop" ends it', async () => {
    await listWhere(shop.rules, { '==': [{ var: 'country' }, 'DE'] });
    const tab = await browser().open(shop.url('country'));
    expect(await layout(tab)).toBe('GRID');
    const popup = await viewAs(tab);
    expect(await popup.text()).toContain('country Real value: NL');

    await pick(popup, '@country', 'DE');
    await eventually(() => written(tab)).toEqual({ '@country': 'DE' });
    await popup.click('Back');
    await eventually(() => popup.text('PRODUCT_LAYOUT')).toContain('LIST · rule · by condition · simulated');
    expect(await line(popup)).toBe('Viewed as if: country = DE Stop');
    await popup.close();
    await tab.reload();
    expect(await layout(tab)).toBe('LIST');

    const again = await tab.openPopup();
    await again.click('Stop');
    await eventually(() => tab.cookies()).not.toHaveProperty('gatekeeper');
    await eventually(() => again.text('PRODUCT_LAYOUT')).toContain('GRID');
    await again.close();
    await tab.reload();
    expect(await layout(tab)).toBe('GRID');
  });

  test('a date in a month shows a rollout that begins then, in the time zone of the person', async () => {
    const { time, local, seconds } = inAMonth();
    await listWhere(shop.rules, { '>=': [{ var: '$flagd.timestamp' }, seconds] });
    const tab = await browser().open(shop.url('date'));
    const popup = await viewAs(tab);

    await pick(popup, '@time', local);

    await eventually(() => written(tab)).toEqual({ '@time': time.toISOString().replace('.000Z', 'Z') });
    await popup.close();
    await tab.reload();
    expect(await layout(tab)).toBe('LIST');
  });

  test('a number, a boolean and a user are seen by code, by rules and by lists of users', async () => {
    await listWhere(shop.rules, { var: 'staff' });
    const tab = await browser().open(shop.url('others'));
    const popup = await viewAsInWindow(tab);

    await enter(popup, '@hour', '8');
    await enter(popup, '@user', '1');
    await popup.evaluate(({ document }) => document.getElementById('@staff')?.click());

    await eventually(() => written(tab)).toEqual({ '@hour': '8', '@staff': 'true', '@user': '1' });
    await tab.reload();
    expect(await textOf(tab, 'welcome-banner')).toContain('Good morning.');
    expect(await layout(tab)).toBe('LIST');
    expect(await textOf(tab, 'my-new-feature')).toContain('The lending room');
    expect(await textOf(tab, 'signed-in-as')).toBe('Not signed in');
  });

  test('an override wins over the simulated context', async () => {
    await listWhere(shop.rules, { '==': [{ var: 'country' }, 'DE'] });
    const tab = await browser().open(shop.url('wins'));
    const popup = await viewAs(tab);
    await pick(popup, '@country', 'DE');
    await eventually(() => written(tab)).toEqual({ '@country': 'DE' });
    await popup.click('Back');

    await popup.choose('PRODUCT_LAYOUT', 'GRID');

    await eventually(() => popup.text('PRODUCT_LAYOUT')).toContain('GRID · your choice');
    expect(await popup.text('PRODUCT_LAYOUT')).toContain('LIST without your choice');
    await popup.click('View as');
    expect(await popup.text()).toContain('A flag for which you chose a variant keeps it.');
    await popup.close();
    await tab.reload();
    expect(await layout(tab)).toBe('GRID');
  });

  test('a value that the site does not allow is refused at its field, and named if the cookie has it', async () => {
    const tab = await browser().open(shop.url('refused'));
    const popup = await viewAsInWindow(tab);

    await enter(popup, '@hour', '24');
    await eventually(() => popup.alerts()).toEqual(['Enter a number from 0 to 23.']);
    expect(await written(tab)).toBeUndefined();
    await tab.page.evaluate(() => {
      // biome-ignore lint/suspicious/noDocumentCookie: as an older link of the site left it
      document.cookie = `gatekeeper=${encodeURIComponent('{"@country":"FR","@plan":"pro"}')}; path=/`;
    });
    await popup.click('Back');

    await eventually(() => line(popup)).toBe(
      'The site ignores what you simulate. Stop' +
        'country = FR · Ignored: the site does not let you simulate this value.' +
        'plan = pro · Ignored: the site does not let you simulate this.',
    );
  });

  test('a link carries the simulated context to another person, who sees it before a click applies it', async () => {
    const proposed = { '@country': 'DE', '@plan': 'pro', PRODUCT_LAYOUT: 'LIST' };
    const fragment = `#gatekeeper=${encodeURIComponent(JSON.stringify(proposed))}`;
    const tab = await browser().open(`${shop.url('link')}${fragment}`);
    const popup = await tab.openPopup();

    const planned = () =>
      popup.evaluate(({ document }) =>
        Array.from(document.querySelectorAll('[data-change]'), ({ textContent }) => textContent),
      );
    await eventually(planned).toEqual([
      'country Real value → DE',
      'PRODUCT_LAYOUT Site’s choice → LIST',
      'plan Ignored: the site does not let you simulate this.',
    ]);
    expect(await written(tab)).toBeUndefined();
    await popup.click('Add to yours');

    await eventually(() => written(tab)).toEqual({ '@country': 'DE', PRODUCT_LAYOUT: 'LIST' });
    await eventually(() => line(popup)).toBe('Viewed as if: country = DE Stop');
  });
});
