import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { handle } from '../../../../server-lib/fetch.ts';
import { createGatekeeper, defineFlags } from '../../../../server-lib/index.ts';
import { PAGE_FILES } from '../../../../server-lib/page/page-files.ts';

const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });
const keeper = createGatekeeper({ flags });

/** The document of the page. */
async function documentAt(path: string, options: { readonly path?: string; readonly manifestPath?: string } = {}) {
  const { manifestPath, ...overridePage } = options;
  const settings = { overridePage, ...(manifestPath !== undefined && { manifestPath }) };
  const response = await handle(keeper, new Request(`https://shop.example${path}`), settings);
  return response?.text();
}

const hrefOf = (rel: string, html = ''): string =>
  new RegExp(`<link rel="${rel}" href="([^"]*)">`).exec(html)?.[1] ?? '';

test.each([
  { options: { path: 'gatekeeper' }, got: 'gatekeeper' },
  { options: { path: '/gatekeeper/' }, got: '/gatekeeper/' },
  { options: { path: '/' }, got: '/' },
  { options: { path: '/flags?x' }, got: '/flags?x' },
  { options: { path: '//evil.example/x' }, got: '//evil.example/x' },
  { options: { manifestPath: 'https://evil.example/x' }, got: 'https://evil.example/x' },
])('the path $got is refused at the start', ({ options, got }) => {
  expect(() => keeper.adapter.overridePage(options)).toThrow(
    expect.objectContaining({ code: 'ERR_GK_OPTIONS', message: expect.stringContaining(JSON.stringify(got)) }),
  );
});

test('a misspelt option is refused at the start', () => {
  expect(() => keeper.adapter.overridePage({ paht: '/x' } as never)).toThrow(/no option "paht".*path/);
});

test.each([
  { path: '/gatekeeper', at: '/gatekeeper', below: '' },
  { path: '/gatekeeper', at: '/gatekeeper/', below: '' },
  { path: '/a/b/flags', at: '/a/b/flags', below: '/pre/fix' },
  { path: '/a/b/flags', at: '/a/b/flags/', below: '/pre/fix' },
])('at $at, below the prefix “$below”, the manifest and the files are found', async ({ path, at, below }) => {
  vi.stubEnv('NODE_ENV', 'development');
  const html = await documentAt(at, { path, manifestPath: '/meta/flags.json' });

  const found = (rel: string): string => new URL(hrefOf(rel, html), `https://shop.example${below}${at}`).pathname;
  expect(found('gatekeeper')).toBe(`${below}/meta/flags.json`);
  expect(found('stylesheet')).toMatch(new RegExp(`^${below}${path}/page-[\\w-]{8}\\.css$`));
  vi.unstubAllEnvs();
});

test('the page has no code for a phone, which only the extension shows', () => {
  const files = Object.values(PAGE_FILES).join('\n');

  expect(files).toContain('copyLink');
  expect(files).not.toContain('phoneScan');
});

test('the page has at most 40 kB to load in each language, compressed', async () => {
  vi.stubEnv('NODE_ENV', 'development');
  const size = (text: string): number => gzipSync(text).length;
  const html = (await documentAt('/gatekeeper')) ?? '';
  const files = Object.entries(PAGE_FILES).filter(([name]) => !name.endsWith('.json'));
  const [languages, others] = [true, false].map((isLanguage) =>
    files.filter(([name]) => name.startsWith('messages-') === isLanguage).map(([, text]) => size(text)),
  );

  expect(languages).toHaveLength(6);
  const loaded = [size(html), ...(others ?? []), Math.max(...(languages ?? []))];
  expect(loaded.reduce((sum, bytes) => sum + bytes)).toBeLessThanOrEqual(40_000);
  vi.unstubAllEnvs();
});
