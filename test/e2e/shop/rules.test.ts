import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import axe, { type AxeResults } from 'axe-core';
import { beforeEach, expect, test } from 'vitest';
import { sampled } from '../../helpers/vitest/depth.ts';
import type { Tab } from '../drivers/browser-driver.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { openShopWithRules, textOf } from '../sites/shop.ts';

const shop = closeAfterFile(await openShopWithRules());
const ORIGINAL_RULES = shop.rules.text();

beforeEach(() => shop.rules.change(() => ORIGINAL_RULES));

/** Replaces a flag's rule in the file as an editor does: writes a new file and renames it. */
function edit(flag: string, rule: object): void {
  const { flags } = JSON.parse(readFileSync(shop.rules.file, 'utf8'));
  writeFileSync(`${shop.rules.file}~`, JSON.stringify({ flags: { ...flags, [flag]: { state: 'ENABLED', ...rule } } }));
  renameSync(`${shop.rules.file}~`, shop.rules.file);
}

const LAYOUTS = { GRID: 'GRID', LIST: 'LIST' };

const layout = (tab: Tab): Promise<string | undefined> =>
  tab.page.evaluate(() => document.querySelector<HTMLElement>('.products')?.dataset.layout);

async function layoutAfterReload(tab: Tab): Promise<string | undefined> {
  await tab.reload();
  return layout(tab);
}

async function asGrace(tab: Tab): Promise<void> {
  await tab.page.click('button[name=userId][value="2"]');
  await eventually(() => textOf(tab, 'signed-in-as')).toBe('Grace');
}

inEachBrowser((browser) => {
  test('an edit of the rules file changes the page, and the popup names the rule as the source, with its reason', async () => {
    const tab = await browser().open(shop.url('edit'));
    await asGrace(tab);
    expect(await layout(tab)).toBe('GRID');

    edit('PRODUCT_LAYOUT', { variants: LAYOUTS, targeting: { fractional: [['LIST', 100]] } });
    await eventually(() => layoutAfterReload(tab)).toBe('LIST');
    const popup = await tab.openPopup();

    expect(await popup.text('PRODUCT_LAYOUT')).toContain('LIST · rule · by percentage');
    expect(await popup.chosen('PRODUCT_LAYOUT')).toBe('');
  });

  test('a changed value in the rules file changes the price of an overridden flag, and the popup shows the value', async () => {
    const tab = await browser().open(shop.url('value', '/lamps/halo'));
    const popup = await tab.openPopup();
    await popup.choose('LOYALTY_PRICES', 'MEMBERS');
    await eventually(() => popup.text('LOYALTY_PRICES')).toContain('MEMBERS 15');
    await popup.close();

    edit('LOYALTY_PRICES', { variants: { MEMBERS: 40 } });
    const price = async () => {
      await tab.reload();
      return tab.page.evaluate(() => document.querySelector('.members')?.textContent);
    };
    await eventually(price).toBe('€77.00');

    expect(await (await tab.openPopup()).text('LOYALTY_PRICES')).toContain('MEMBERS 40');
  });

  test('the kill switch disables the variant that the code decides, and enables it again', async () => {
    const tab = await browser().open(shop.url('off'));
    expect(await textOf(tab, 'welcome-banner')).toContain('Good evening.');

    await tab.goto(shop.url('off', '/rollouts'));
    await saveRollout(tab, 'WELCOME_BANNER', (form) => form.off.click());
    await tab.goto(shop.url('off'));
    const popup = await tab.openPopup();

    expect(await textOf(tab, 'welcome-banner')).toBeUndefined();
    expect(await popup.text('WELCOME_BANNER')).toContain('HIDDEN · rule · switched off');
    await popup.close();

    await tab.goto(shop.url('off', '/rollouts'));
    await saveRollout(tab, 'WELCOME_BANNER', (form) => form.off.click());
    await tab.goto(shop.url('off'));
    expect(await textOf(tab, 'welcome-banner')).toContain('Good evening.');
  });

  test('an override wins over a kill switch, and without the override the rule applies again', async () => {
    edit('PRODUCT_LAYOUT', { variants: LAYOUTS, state: 'DISABLED' });
    const tab = await browser().open(shop.url('wins'));
    await eventually(async () => {
      await tab.reload();
      const popup = await tab.openPopup();
      const text = await popup.text('PRODUCT_LAYOUT');
      await popup.close();
      return text;
    }).toContain('GRID · rule · switched off');
    const popup = await tab.openPopup();

    await popup.choose('PRODUCT_LAYOUT', 'LIST');
    await eventually(() => popup.text('PRODUCT_LAYOUT')).toContain('LIST · your choice');
    await popup.close();
    expect(await layoutAfterReload(tab)).toBe('LIST');

    const again = await tab.openPopup();
    await again.choose('PRODUCT_LAYOUT', '');
    await eventually(() => again.text('PRODUCT_LAYOUT')).toContain('GRID · rule · switched off');
    await again.close();
    expect(await layoutAfterReload(tab)).toBe('GRID');
  });

  test('the rule of a locked flag applies, whatever the cookie says', async () => {
    await shop.rules.change((text) => {
      const document = JSON.parse(text);
      document.flags.PAYMENTS_KILL_SWITCH = {
        state: 'ENABLED',
        variants: { RUNNING: 'RUNNING', STOPPED: 'STOPPED' },
        defaultVariant: 'STOPPED',
      };
      return JSON.stringify(document);
    });
    const tab = await browser().open(shop.url('locked', '/lamps/halo'));
    await tab.page.evaluate(() => {
      // biome-ignore lint/suspicious/noDocumentCookie: as a user would who wants to pay in spite of the kill switch
      document.cookie = 'gatekeeper=%7B%22PAYMENTS_KILL_SWITCH%22%3A%22RUNNING%22%7D; path=/';
    });
    await tab.page.click('form[action="/cart/add"] button');
    await eventually(() => new URL(tab.page.url()).pathname).toBe('/cart');

    await tab.goto(shop.url('locked', '/checkout'));
    const popup = await tab.openPopup();

    expect(await textOf(tab, 'payments-closed')).toContain('Payments are closed');
    expect(await popup.text('PAYMENTS_KILL_SWITCH')).toContain('STOPPED · rule');
    expect((await popup.radioStates('PAYMENTS_KILL_SWITCH')).every(({ disabled }) => disabled)).toBe(true);
  });

  test.each(sampled(['{ "flags": { "PRODUCT_LAYOUT": { "state": "ENA', 'Gloam', '{ "flags": [] }', ''], 2))(
    'a file with %j changes nothing, and the next valid file is used',
    async (broken) => {
      edit('PRODUCT_LAYOUT', { variants: LAYOUTS, defaultVariant: 'LIST' });
      const tab = await browser().open(shop.url('broken'));
      await eventually(() => layoutAfterReload(tab)).toBe('LIST');

      writeFileSync(shop.rules.file, broken); // in place, like a file that is half-written
      await eventually(() => shop.rules.source.health().lastError).toBeDefined();

      expect(await layoutAfterReload(tab)).toBe('LIST');
      const popup = await tab.openPopup();
      expect(await popup.text('PRODUCT_LAYOUT')).toContain('LIST · rule');
      await popup.close();

      writeFileSync(shop.rules.file, ORIGINAL_RULES);
      await eventually(() => layoutAfterReload(tab)).toBe('GRID');
    },
  );

  test('a slider changes its number and the scale, and its value is saved', async () => {
    const tab = await browser().open(shop.url('slider', '/rollouts'));
    await asGrace(tab);

    await saveRollout(tab, 'PRODUCT_LAYOUT', (form) => {
      const slider = form.querySelector<HTMLInputElement>('[type=range]');
      if (slider === null || slider.hidden) throw new Error('no slider');
      slider.value = '40';
      slider.dispatchEvent(new Event('input'));
      const lit = form.parentElement?.querySelectorAll('circle.lit').length;
      if (lit !== 2) throw new Error(`${lit} people are lit before it is saved`); // Ada and Grace
    });

    expect(await textOf(tab, 'rollout-variant-PRODUCT_LAYOUT')).toBe('LIST');
    expect(shop.rules.text()).toContain('["LIST", 40]');
  });

  test('the rollouts page has no accessibility violations in light or dark colours', async () => {
    const tab = await browser().open(shop.url('axe', '/rollouts'));
    await tab.page.evaluate(axe.source);

    await browser().preferColours('dark');
    const dark = await violations(tab);
    await browser().preferColours('light');
    const light = await violations(tab);

    expect({ light, dark }).toEqual({ light: [], dark: [] });
  });
});

type RolloutForm = HTMLFormElement & { readonly off: HTMLInputElement };

/** Changes one flag's form with `change`, and saves it. */
async function saveRollout(tab: Tab, flag: string, change: (form: RolloutForm) => void): Promise<void> {
  const form = `form[action="/rollouts/${flag}"]`;
  await tab.page.$eval(form, change as (form: Element) => void);
  await Promise.all([
    tab.page.waitForNavigation(),
    tab.page.$eval(`${form} button`, (button) => (button as HTMLButtonElement).click()),
  ]);
}

async function violations(tab: Tab): Promise<readonly string[]> {
  const results = await tab.page.evaluate(() =>
    (window as unknown as { readonly axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} ${target}`));
}
