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

test('there is one build for each browser, and one more for Chromium with the DevTools panel', () => {
  expect(BUILDS.map((build) => `${build} for ${browserOf(build)}`)).toEqual([
    'chrome for chrome',
    'chrome-devtools for chrome',
    'firefox for firefox',
  ]);
});

test('the scripts build exactly the builds that have a manifest', () => {
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
])('%j is the name of a build: %j', (name, expected) => {
  expect(isBuild(name)).toBe(expected);
});

describe.each(BUILDS)('the manifest for %s', (build) => {
  test('has manifest version 3 and the package’s version', () => {
    expect(manifest(build)).toMatchObject({ manifest_version: 3, version: packageJson.version });
  });

  test('requires the permissions activeTab, scripting and storage', () => {
    expect(manifest(build).permissions).toEqual(['activeTab', 'scripting', 'storage']);
  });

  test('accesses no page by itself, and is accessible from no page', () => {
    const keys = Object.keys(manifest(build));

    const forbidden = ['host_permissions', 'content_scripts', 'externally_connectable', 'web_accessible_resources'];
    expect(keys.filter((key) => forbidden.includes(key))).toEqual([]);
  });

  test('has optional access to sites, and requires none at install', () => {
    const pictures = build === 'firefox' ? ['<all_urls>'] : []; // no other browser requires it for them
    expect(manifest(build).optional_host_permissions).toEqual(['http://*/*', 'https://*/*', ...pictures]);
    expect(manifest(build)).not.toHaveProperty('host_permissions');
  });

  test(`lets its pages run only their own files, and connect ${build === 'firefox' ? 'to sites with permission' : 'nowhere'}`, () => {
    const directives = manifest(build).content_security_policy.extension_pages.split('; ');

    expect(directives).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      // Without permission for the site, Firefox withholds the response.
      build === 'firefox' ? 'connect-src http: https:' : "connect-src 'none'",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      build === 'chrome-devtools' ? 'frame-ancestors devtools:' : "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ]);
  });
});

test('Chromium runs the background as a service worker, separately in incognito windows', () => {
  expect(manifest('chrome').background).toEqual({ service_worker: expect.any(String), type: 'module' });
  expect(manifest('chrome')).toMatchObject({ incognito: 'split' });
});

test('Firefox runs the background as a page, and its manifest declares that no data is collected', () => {
  expect(manifest('firefox').background).toEqual({ scripts: [expect.any(String)], type: 'module' });
  expect(manifest('firefox')).toMatchObject({
    browser_specific_settings: { gecko: { data_collection_permissions: { required: ['none'] } } },
  });
  expect(Object.keys(manifest('firefox'))).not.toContain('minimum_chrome_version');
  expect(Object.keys(manifest('firefox'))).not.toContain('incognito'); // "split" is an error there
});

test('in Chromium the panel has its own build, in Firefox an optional permission', () => {
  expect(manifest('chrome')).not.toHaveProperty('devtools_page');
  expect(manifest('chrome-devtools')).toMatchObject({ devtools_page: 'devtools.html' });
  expect(manifest('chrome-devtools').name).not.toBe(manifest('chrome').name);
  expect(manifest('firefox')).toMatchObject({ devtools_page: 'devtools.html', optional_permissions: ['devtools'] });
});
