import { expect, test } from 'vitest';
import type { PageTimings } from '../../../../extension/app/session/page-port.ts';
import { takePageSnapshot } from '../../../../extension/browser/page/injected-snapshot.ts';
import { PageWorld } from '../../../fakes/page/page-world.ts';

const FRESH = { type: 'navigate', transferSize: 900, decodedBodySize: 600, workerStart: 0, serverTiming: [] };

async function timingsOf(page: PageWorld): Promise<PageTimings> {
  const result = await page.inject(takePageSnapshot, { path: '/flags.json', bytes: 1_000, milliseconds: 2_000 });
  if (result.kind !== 'done') throw new Error(result.kind);
  return result.value.timings;
}

test("a snapshot has the page's URL, and Gatekeeper's metrics of the document and its requests", async () => {
  const page = new PageWorld('https://shop.example/lamps?colour=red#gatekeeper=x');
  const ours = { name: 'gk.SEARCH', description: 'FUZZY override', duration: 0 };
  page.timings.navigation.push({ ...FRESH, serverTiming: [{ name: 'db', description: '' }, ours] });
  page.timings.resource.push(
    { name: 'https://shop.example/style.css', serverTiming: [] },
    { name: 'https://shop.example/api', serverTiming: [{ name: 'gk', description: '+7 more' }] },
    { name: 'https://elsewhere.example/without-timing-allow-origin' },
  );

  expect(await timingsOf(page)).toEqual({
    href: 'https://shop.example/lamps?colour=red#gatekeeper=x',
    loadedAt: 1_700_000_000_000,
    delivery: 'network',
    document: [{ name: 'gk.SEARCH', description: 'FUZZY override' }],
    usedScripts: [],
    requests: [{ url: 'https://shop.example/api', metrics: [{ name: 'gk', description: '+7 more' }] }],
  });
});

test.each([
  // navigation entry                                               delivery
  [FRESH, 'network'],
  [{ ...FRESH, transferSize: 0 }, 'cache'],
  [{ ...FRESH, transferSize: 0, type: 'back_forward' }, 'history'],
  [{ ...FRESH, type: 'back_forward' }, 'network'],
  [{ ...FRESH, workerStart: 12.5 }, 'worker'],
  [{ ...FRESH, transferSize: 300, type: 'reload' }, 'network'],
])('a document with the navigation entry %j came from %s', async (navigation, delivery) => {
  const page = new PageWorld();
  page.timings.navigation.push(navigation);

  expect((await timingsOf(page)).delivery).toBe(delivery);
});

test('a snapshot has at most 200 requests with 200 metrics each', async () => {
  const page = new PageWorld();
  const serverTiming = Array.from({ length: 300 }, (_, at) => ({ name: `gk.F${at}`, description: 'x'.repeat(9_999) }));
  for (let at = 0; at < 300; at++) page.timings.resource.push({ name: `https://shop.example/${at}`, serverTiming });

  const { requests } = await timingsOf(page);

  expect(requests).toHaveLength(200);
  expect(requests.at(-1)?.url).toBe('https://shop.example/299');
  expect(requests[0]?.metrics).toHaveLength(200);
  expect(requests[0]?.metrics[0]?.description).toHaveLength(200);
});

/** Adds an element to the page. */
function addElement(page: PageWorld, tag: string, attributes: Readonly<Record<string, string>>, text: string): void {
  const element = page.document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(text);
  page.document.body.append(element);
}
const JSON_SCRIPT = { id: 'gatekeeper-used', type: 'application/json' };

test('a snapshot has the texts of the elements that list the flags of the page, and of no other element', async () => {
  const page = new PageWorld();
  addElement(page, 'form', { id: 'gatekeeper-used' }, '{"A":"FORM code"}');
  addElement(page, 'script', { id: 'gatekeeper-used' }, '{"A":"SCRIPT code"}');
  addElement(page, 'script', { id: 'gatekeeper-used', type: 'text/plain' }, '{"A":"TEXT code"}');
  addElement(page, 'script', { id: 'other', type: 'application/json' }, '{"A":"OTHER code"}');
  addElement(page, 'script', JSON_SCRIPT, '{"A":"ON code"}');
  addElement(page, 'script', JSON_SCRIPT, '{"B":"ON code"}');

  expect((await timingsOf(page)).usedScripts).toEqual(['{"A":"ON code"}', '{"B":"ON code"}']);
});

test('an element that a page adds while the manifest is being fetched is read', async () => {
  const page = new PageWorld();
  page.server = async () => {
    addElement(page, 'script', JSON_SCRIPT, '{"A":"ON code"}');
    return new Response('{}');
  };

  expect((await timingsOf(page)).usedScripts).toEqual(['{"A":"ON code"}']);
});

test('a snapshot has at most 20 texts of 65,536 characters', async () => {
  const page = new PageWorld();
  for (let at = 0; at < 30; at++) addElement(page, 'script', JSON_SCRIPT, String(at).padEnd(70_000));

  const { usedScripts } = await timingsOf(page);

  expect(usedScripts).toHaveLength(20);
  expect(new Set(usedScripts.map(({ length }) => length))).toEqual(new Set([65_536]));
});
