import { expect, test } from 'vitest';
import { EXPORT_FORMATS, exportText } from '../../../../extension/app/sharing/export-formats.ts';
import { readyState } from '../../ui/popup/states.ts';

const PROGRAMS = { browser: 'Chromium 156', version: '0.1.0' };

test.each([
  // copy        begins with
  ['link', 'https://shop.example/cart?id=7#gatekeeper=%7B%22SEARCH%22'],
  ['json', '{\n  "SEARCH": "FUZZY"\n}'],
  ['curl', "curl --globoff --cookie 'gatekeeper=%7B%22SEARCH"],
  ['playwright', 'await page.context().addCookies(['],
  ['cypress', 'cy.setCookie("gatekeeper", "%7B%22SEARCH'],
  ['report', '## Feature flags\n\n- Page: `https://shop.example/cart?…`'],
] as const)('%s is copied as %s …', (copy, beginning) => {
  const state = readyState({ SEARCH: 'FUZZY' });
  const site = { ...state, record: { ...state.record, href: 'https://shop.example/cart?id=7#top' } };

  expect(exportText(copy, site, PROGRAMS).slice(0, beginning.length)).toBe(beginning);
});

test('every format with the page’s URL, except the report, keeps its query, and none its fragment', () => {
  const state = readyState({ SEARCH: 'FUZZY' });
  const site = { ...state, record: { ...state.record, href: 'https://shop.example/?token=4711#secret' } };

  const holds = (text: string) => EXPORT_FORMATS.filter((copy) => exportText(copy, site, PROGRAMS).includes(text));

  expect(holds('token=4711')).toEqual(['link', 'curl', 'playwright', 'cypress']);
  expect(holds('secret')).toEqual([]);
});
