import { expect, test } from 'vitest';
import { createShop } from '../../examples/shop/app.ts';
import { visitor } from './visitor.ts';

test('the search API uses the exact engine until NEW_SEARCH is on', async () => {
  const { body } = await visitor(createShop()).get('/api/search?q=mushrom');

  expect(body).toEqual({ engine: 'exact', results: [] });
});

test.each([
  // query       first
  ['mushrom', 'mushroom'],
  ['musrhoom', 'mushroom'],
  ['Lanturn', 'lantern'],
  ['bambo paper', 'lantern'],
  ['tripood', 'tripod'],
])('the typo-tolerant engine finds for "%s" first %s', async (query, first) => {
  const tester = visitor(createShop(), { NEW_SEARCH: 'ON' });

  const { body } = await tester.get(`/api/search?q=${encodeURIComponent(query)}`);

  expect(body.engine).toBe('typo-tolerant');
  expect(body.results[0]).toMatchObject({ id: first, url: `/lamps/${first}` });
});

test('the typo-tolerant engine finds nothing for a product that the shop does not have', async () => {
  const { body } = await visitor(createShop(), { NEW_SEARCH: 'ON' }).get('/api/search?q=chandelier');

  expect(body.results).toEqual([]);
});

test.each(['OFF', 'ON'])('an empty query finds all products in their order with NEW_SEARCH %s', async (variant) => {
  const { body } = await visitor(createShop(), { NEW_SEARCH: variant }).get('/api/search');

  expect(body.results).toHaveLength(9);
  expect(body.results[0].id).toBe('halo');
});

test('NEW_SEARCH does not change the page', async () => {
  const shop = createShop({ hour: () => 14 });

  const pages = await Promise.all(['ON', 'OFF'].map((variant) => visitor(shop, { NEW_SEARCH: variant }).get('/')));

  expect(pages[0]?.text).toBe(pages[1]?.text);
});

test('the page shows the query of its URL, escaped, in the search field', async () => {
  const page = await visitor(createShop()).get('/?q=%22%3Ehalo');

  expect(page.text).toContain('value="&quot;&gt;halo"');
});
