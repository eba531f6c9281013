import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MISSING_PROGRAMS, WebKit } from '../drivers/webkit.ts';
import { eventually } from '../eventually.ts';
import { closeAfterFile } from '../in-each-browser.ts';
import { inAMonth, listWhere, openShopWithRules, overridesIn } from '../sites/shop.ts';

const shop = closeAfterFile(await openShopWithRules());
const ORIGINAL_RULES = shop.rules.text();
const missing = MISSING_PROGRAMS.length > 0;
const reason = missing
  ? ` (skipped: ${MISSING_PROGRAMS.join(' and ')} must be installed: apt-get install webkit2gtk-driver xvfb)`
  : '';

describe.skipIf(missing)(`the override page in WebKit${reason}`, () => {
  let webkit: WebKit;
  beforeAll(async () => {
    webkit = await WebKit.start();
  });
  afterAll(() => webkit.close());
  beforeEach(() => shop.rules.change(() => ORIGINAL_RULES));

  const click = async (selector: string): Promise<void> => {
    const script = 'const found = document.querySelector(arguments[0]); found?.click(); return found !== null';
    await eventually(() => webkit.run<boolean>(script, selector)).toBe(true);
  };
  const textOf = (selector: string): Promise<string> =>
    webkit.run('return document.querySelector(arguments[0])?.textContent ?? ""', selector);
  const cookie = (): Promise<string> => webkit.run('return document.cookie');
  const setCookie = (text: string): Promise<void> => webkit.run('document.cookie = arguments[0]', text);
  const layout = (): Promise<string | undefined> =>
    webkit.run('return document.querySelector("[data-testid=products]")?.dataset.layout');
  const text = (testId: string): Promise<string> => textOf(`[data-testid="${testId}"]`);
  const encoded = (variant: string): string => `gatekeeper=${encodeURIComponent(`{"PRODUCT_LAYOUT":"${variant}"}`)}`;

  async function openPage(site: string): Promise<void> {
    await webkit.goto(shop.url(site, '/gatekeeper'));
    await eventually(() => textOf('main[data-state=ready][aria-busy=false] h1')).toBe('Demo shop');
  }

  async function openViewAs(site: string): Promise<void> {
    await openPage(site);
    await click('[data-action=view-as]');
    await eventually(() => textOf('.view h2')).toBe('View as');
  }

  /** Sets a control as the browser's own picker or the keyboard does, and submits it. */
  const enter = (key: string, value: string): Promise<void> =>
    webkit.run(
      `const control = document.getElementById(arguments[0]);
       control.value = arguments[1];
       if (control.tagName === 'SELECT') control.dispatchEvent(new Event('change', { bubbles: true }));
       else control.form.requestSubmit();`,
      key,
      value,
    );
  const written = async (): Promise<unknown> => overridesIn(await cookie());

  test('a variant is chosen, the server renders it, and clearing brings back the site’s choice', async () => {
    await openPage('webkit');

    await click('[data-flag=PRODUCT_LAYOUT] input[value=LIST]');
    await eventually(() => textOf('[data-flag=PRODUCT_LAYOUT]')).toContain('LIST · your choice');
    expect(await cookie()).toBe(encoded('LIST'));
    await click('[data-action=reload]');
    await eventually(() => layout()).toBe('LIST');

    await openPage('webkit');
    await click('[data-action=clear-all]');
    await eventually(() => cookie()).toBe('');
    await click('[data-action=reload]');
    await eventually(() => layout()).toBe('GRID');
  });

  test.each(['Path=/gatekeeper', 'Path=/; Domain=DOMAIN'])(
    'another cookie with %s is deleted when it is in the way',
    async (attributes) => {
      const site = `webkit-${attributes.length}`;
      const others = attributes.replace('DOMAIN', `${site}.localhost`);
      await openPage(site);
      await setCookie(`${encoded('GRID')}; ${others}`);
      await openPage(site);

      await click('[data-flag=PRODUCT_LAYOUT] input[value=LIST]');
      await eventually(() => textOf('main')).toContain(`which took precedence: ${others}`);
      expect(await cookie()).toBe(encoded('LIST'));

      await setCookie(`${encoded('GRID')}; ${others}`);
      await click('[data-action=clear-all]');
      await eventually(() => cookie()).toBe('');
    },
  );

  test('another country shows the page of that country, a choice wins over it, and "Stop" ends it', async () => {
    await listWhere(shop.rules, { '==': [{ var: 'country' }, 'DE'] });
    await openViewAs('webkit-country');
    expect(await textOf('[data-context="@country"]')).toContain('Real value: NL');

    await enter('@country', 'DE');
    await eventually(written).toEqual({ '@country': 'DE' });
    await click('[data-action=back]');
    await eventually(() => textOf('[data-flag=PRODUCT_LAYOUT]')).toContain('LIST · rule · by condition · simulated');
    expect(await textOf('.simulated')).toBe('Viewed as if: country = DE Stop');
    await click('[data-action=reload]');
    await eventually(layout).toBe('LIST');

    await openPage('webkit-country');
    await click('[data-flag=PRODUCT_LAYOUT] input[value=GRID]');
    await eventually(() => textOf('[data-flag=PRODUCT_LAYOUT]')).toContain('GRID · your choice');
    expect(await written()).toEqual({ '@country': 'DE', PRODUCT_LAYOUT: 'GRID' });
    await click('[data-action=reload]');
    await eventually(layout).toBe('GRID');

    await openPage('webkit-country');
    await click('[data-flag=PRODUCT_LAYOUT] input[value=""]');
    await eventually(written).toEqual({ '@country': 'DE' });
    await click('[data-action=stop-simulating]');
    await eventually(cookie).toBe('');
    await eventually(() => textOf('[data-flag=PRODUCT_LAYOUT]')).toContain('GRID');
    expect(await textOf('.simulated')).toBe('');
  });

  test('a date in a month shows a rollout that begins then', async () => {
    const { time, local, seconds } = inAMonth();
    await listWhere(shop.rules, { '>=': [{ var: '$flagd.timestamp' }, seconds] });
    await openViewAs('webkit-date');

    await enter('@time', local);

    await eventually(written).toEqual({ '@time': time.toISOString().replace('.000Z', 'Z') });
    await click('[data-action=back]');
    await click('[data-action=reload]');
    await eventually(layout).toBe('LIST');
  });

  test('a number, a boolean and a user are seen by code, by rules and by lists of users', async () => {
    await listWhere(shop.rules, { var: 'staff' });
    await openViewAs('webkit-others');

    await enter('@hour', '8');
    await eventually(written).toEqual({ '@hour': '8' });
    await enter('@user', '1');
    await eventually(written).toEqual({ '@hour': '8', '@user': '1' });
    await click('[id="@staff"]');
    await eventually(written).toEqual({ '@hour': '8', '@staff': 'true', '@user': '1' });
    await click('[data-action=back]');
    await click('[data-action=reload]');
    await eventually(layout).toBe('LIST');
    expect(await text('welcome-banner')).toContain('Good morning.');
    expect(await text('my-new-feature')).toContain('The lending room');
    expect(await text('signed-in-as')).toContain('Not signed in');
  });

  test('a value that the site does not allow is refused at its field, and named if the cookie has it', async () => {
    await openViewAs('webkit-refused');

    await enter('@hour', '24');
    await eventually(() => textOf('[data-context="@hour"] [role=alert]')).toBe('Enter a number from 0 to 23.');
    expect(await cookie()).toBe('');
    await setCookie(`gatekeeper=${encodeURIComponent('{"@country":"FR","@plan":"pro"}')}; path=/`);
    await openPage('webkit-refused');

    expect(await textOf('.simulated')).toBe(
      'The site ignores what you simulate. Stop' +
        'country = FR · Ignored: the site does not let you simulate this value.' +
        'plan = pro · Ignored: the site does not let you simulate this.',
    );
  });
});
