import { expect, test } from 'vitest';
import type { PageTimings } from '../../../../extension/app/session/page-port.ts';
import { takePageSnapshot } from '../../../../extension/browser/page/injected-snapshot.ts';
import { PageWorld } from '../../../fakes/page/page-world.ts';

const FRESH = { type: 'navigate', transferSize: 900, decodedBodySize: 600, workerStart: 0, serverTiming: [] };

async function traceOf(page: PageWorld): Promise<PageTimings> {
  const report = await page.inject(takePageSnapshot, { path: '/flags.json', bytes: 1_000, milliseconds: 2_000 });
  if (report.kind !== 'done') throw new Error(report.kind);
  return report.value.timings;
}

test("a visit tells the page's address, and what the document and its requests said of flags, ours only", async () => {
  const page = new PageWorld('https://shop.example/lamps?colour=red#gatekeeper=x');
  const ours = { name: 'gk.SEARCH', description: 'FUZZY override', duration: 0 };
  page.timings.navigation.push({ ...FRESH, serverTiming: [{ name: 'db', description: '' }, ours] });
  page.timings.resource.push(
    { name: 'https://shop.example/style.css', serverTiming: [] },
    { name: 'https://shop.example/api', serverTiming: [{ name: 'gk', description: '+7 more' }] },
    { name: 'https://elsewhere.example/without-timing-allow-origin' },
  );

  expect(await traceOf(page)).toEqual({
    href: 'https://shop.example/lamps?colour=red#gatekeeper=x',
    loadedAt: 1_700_000_000_000,
    delivery: 'network',
    document: [{ name: 'gk.SEARCH', description: 'FUZZY override' }],
    requests: [{ url: 'https://shop.example/api', metrics: [{ name: 'gk', description: '+7 more' }] }],
  });
});

test.each([
  // what the browser remembers                                     delivery
  [FRESH, 'network'],
  [{ ...FRESH, transferSize: 0 }, 'cache'],
  [{ ...FRESH, transferSize: 0, type: 'back_forward' }, 'history'],
  [{ ...FRESH, type: 'back_forward' }, 'network'],
  [{ ...FRESH, workerStart: 12.5 }, 'worker'],
  [{ ...FRESH, transferSize: 300, type: 'reload' }, 'network'],
])('a document of which the browser remembers %j came from %s', async (navigation, delivery) => {
  const page = new PageWorld();
  page.timings.navigation.push(navigation);

  expect((await traceOf(page)).delivery).toBe(delivery);
});

test('a page that answers without end fills no more than 200 requests of 200 metrics', async () => {
  const page = new PageWorld();
  const serverTiming = Array.from({ length: 300 }, (_, at) => ({ name: `gk.F${at}`, description: 'x'.repeat(9_999) }));
  for (let at = 0; at < 300; at++) page.timings.resource.push({ name: `https://shop.example/${at}`, serverTiming });

  const { requests } = await traceOf(page);

  expect(requests).toHaveLength(200);
  expect(requests.at(-1)?.url).toBe('https://shop.example/299');
  expect(requests[0]?.metrics).toHaveLength(200);
  expect(requests[0]?.metrics[0]?.description).toHaveLength(200);
});
