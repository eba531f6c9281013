import { describe, expect, test } from 'vitest';
import { BROWSERS, type Browser, isBrowser, manifestFor } from '../../extension/manifest.ts';
import packageJson from '../../package.json' with { type: 'json' };

interface ExtensionManifest {
  readonly [key: string]: unknown;
  readonly content_security_policy: { readonly extension_pages: string };
  readonly background: Readonly<Record<string, unknown>>;
}

const manifest = (browser: Browser): ExtensionManifest => manifestFor(browser) as ExtensionManifest;

test('there is one manifest for each browser that we build for', () => {
  expect(BROWSERS).toEqual(['chrome', 'firefox']);
});

test.each([
  // name          is a browser
  ['chrome', true],
  ['firefox', true],
  ['Chrome', false],
  ['safari', false],
  ['constructor', false],
  ['', false],
])('%j names one: %j', (name, isOne) => {
  expect(isBrowser(name)).toBe(isOne);
});

describe.each(BROWSERS)('the manifest for %s', (browser) => {
  test('is of version 3, and of the package’s own version', () => {
    expect(manifest(browser)).toMatchObject({ manifest_version: 3, version: packageJson.version });
  });

  test('asks for the tab of the click, for running something there, and for its own memory', () => {
    expect(manifest(browser).permissions).toEqual(['activeTab', 'scripting', 'storage']);
  });

  test('reaches into no page by itself and lets no page reach in', () => {
    const keys = Object.keys(manifest(browser));

    const open = ['host_permissions', 'content_scripts', 'externally_connectable', 'web_accessible_resources'];
    expect(keys.filter((key) => open.includes(key) || key === 'devtools_page')).toEqual([]);
  });

  test('lets its pages run their own files and connect to nowhere', () => {
    const directives = manifest(browser).content_security_policy.extension_pages.split('; ');

    expect(directives).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "connect-src 'none'",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ]);
  });
});

test('Chromium runs the background as a worker, apart for windows that leave no trace', () => {
  expect(manifest('chrome').background).toEqual({ service_worker: expect.any(String), type: 'module' });
  expect(manifest('chrome')).toMatchObject({ incognito: 'split' });
});

test('Firefox runs the background as a page, and is told that no data is collected', () => {
  expect(manifest('firefox').background).toEqual({ scripts: [expect.any(String)], type: 'module' });
  expect(manifest('firefox')).toMatchObject({
    browser_specific_settings: { gecko: { data_collection_permissions: { required: ['none'] } } },
  });
  expect(Object.keys(manifest('firefox'))).not.toContain('minimum_chrome_version');
  expect(Object.keys(manifest('firefox'))).not.toContain('incognito'); // "split" is an error there
});
