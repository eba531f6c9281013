import { describe, expect, test } from 'vitest';
import { BUILDS, type Build, browserOf, isBuild, manifestFor } from '../../extension/manifest.ts';
import packageJson from '../../package.json' with { type: 'json' };
// @ts-expect-error plain JavaScript without types: it runs before anything is installed
import { BUILDS as BUILT } from '../../scripts/lib/build.mjs';

interface ExtensionManifest {
  readonly [key: string]: unknown;
  readonly content_security_policy: { readonly extension_pages: string };
  readonly background: Readonly<Record<string, unknown>>;
}

const manifest = (build: Build): ExtensionManifest => manifestFor(build) as ExtensionManifest;

test('there is one build for each browser, and one more for Chromium’s developer tools', () => {
  expect(BUILDS.map((build) => `${build} for ${browserOf(build)}`)).toEqual([
    'chrome for chrome',
    'chrome-devtools for chrome',
    'firefox for firefox',
  ]);
});

test('the scripts build what there is a manifest for', () => {
  expect(BUILT).toEqual(BUILDS);
});

test.each([
  // name          is a build
  ['chrome', true],
  ['chrome-devtools', true],
  ['firefox', true],
  ['Chrome', false],
  ['safari', false],
  ['constructor', false],
  ['', false],
])('%j names one: %j', (name, isOne) => {
  expect(isBuild(name)).toBe(isOne);
});

describe.each(BUILDS)('the manifest for %s', (build) => {
  test('is of version 3, and of the package’s own version', () => {
    expect(manifest(build)).toMatchObject({ manifest_version: 3, version: packageJson.version });
  });

  test('asks for the tab of the click, for running something there, and for its own memory', () => {
    expect(manifest(build).permissions).toEqual(['activeTab', 'scripting', 'storage']);
  });

  test('reaches into no page by itself and lets no page reach in', () => {
    const keys = Object.keys(manifest(build));

    const open = ['host_permissions', 'content_scripts', 'externally_connectable', 'web_accessible_resources'];
    expect(keys.filter((key) => open.includes(key))).toEqual([]);
  });

  test('may be let in to a site, and asks for none when it is installed', () => {
    expect(manifest(build).optional_host_permissions).toEqual(['http://*/*', 'https://*/*']);
    expect(manifest(build)).not.toHaveProperty('host_permissions');
  });

  test(`lets its pages run their own files and connect ${build === 'firefox' ? 'to sites that let them in' : 'to nowhere'}`, () => {
    const directives = manifest(build).content_security_policy.extension_pages.split('; ');

    expect(directives).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      // What Firefox's pages reach without a permission gives them no answer.
      build === 'firefox' ? 'connect-src http: https:' : "connect-src 'none'",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      build === 'chrome-devtools' ? 'frame-ancestors devtools:' : "frame-ancestors 'none'",
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

test('in Chromium the panel is a build of its own, in Firefox a permission that is asked for when it is wanted', () => {
  expect(manifest('chrome')).not.toHaveProperty('devtools_page');
  expect(manifest('chrome-devtools')).toMatchObject({ devtools_page: 'devtools.html' });
  expect(manifest('chrome-devtools').name).not.toBe(manifest('chrome').name);
  expect(manifest('firefox')).toMatchObject({ devtools_page: 'devtools.html', optional_permissions: ['devtools'] });
});
