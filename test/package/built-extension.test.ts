import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { BUILDS } from '../../extension/manifest.ts';
import { loadedBy, readBuild, readManifest } from '../helpers/package/extension-build.ts';
import { installWarnings } from '../helpers/package/install-warnings.ts';
import { runNode } from '../helpers/processes/process.ts';

describe.each(BUILDS)('the extension built as %s', (name) => {
  const manifest = readManifest(name);
  const build = readBuild(name);

  test('has the permissions activeTab, scripting and storage; all others are optional', () => {
    expect(manifest.permissions).toEqual(['activeTab', 'scripting', 'storage']);
    expect(manifest.host_permissions ?? []).toEqual([]);
    expect(manifest.optional_host_permissions).toEqual([
      ...['http://*/*', 'https://*/*'],
      ...(name === 'firefox' ? ['<all_urls>'] : []),
    ]);
    expect(manifest.optional_permissions ?? []).toEqual(name === 'firefox' ? ['devtools'] : []);
  });

  test('has no content script and no resource that a page could load', () => {
    expect(manifest).not.toHaveProperty('content_scripts');
    expect(manifest).not.toHaveProperty('web_accessible_resources');
    expect(manifest).not.toHaveProperty('externally_connectable');
  });

  test('has a policy that allows only its own scripts, and connections to sites only in Firefox', () => {
    const { extension_pages: policy } = manifest.content_security_policy as { readonly extension_pages: string };

    const directives = policy.split(';').map((directive) => directive.trim());

    const connect = name === 'firefox' ? 'connect-src http: https:' : "connect-src 'none'";
    expect(directives).toEqual(expect.arrayContaining([connect, "script-src 'self'", "object-src 'none'"]));
    expect(policy.replace(connect, '')).not.toMatch(/unsafe-|https?:|\*/);
  });

  test('has no code that evaluates a string, parses a string as HTML or loads code from a URL', () => {
    const code = [...build.values()].filter(({ path }) => /\.(js|html)$/.test(path));

    const found = code.flatMap(({ path, text }) => (text.match(DANGEROUS) ?? []).map((match) => `${path}: ${match}`));

    expect(found).toEqual([]);
  });

  test('has a background that loads no UI code', () => {
    const background = manifest.background as {
      readonly service_worker?: string;
      readonly scripts?: readonly string[];
    };
    const entry = background.service_worker ?? background.scripts?.[0] ?? '';

    const code = loadedBy(entry, build).map(({ text }) => text);

    expect(code.join()).toContain('onUpdated');
    expect(code.filter((text) => /createElement|replaceChildren/.test(text))).toEqual([]);
  });

  test('has a popup of at most 31 kB, compressed', () => {
    const sizes = loadedBy('popup.html', build).map(({ text }) => gzipSync(text).length);

    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(31_000);
  });
});

// Ways to evaluate a string or to parse it as HTML, and URLs of code outside the package.
const DANGEROUS =
  /\beval\(|\bnew Function\b|\.(?:inner|outer)HTML\s*=(?!=)|\binsertAdjacentHTML\b|\bimportScripts\b|(?:\bsrc=|\bhref=|\bfrom|\bimport\(?)\s*["'`]https?:/g;

test.each(['chrome', 'chrome-devtools'])('the background of %s is a module worker', (build) => {
  const { background } = readManifest(build) as { readonly background: object };

  expect(background).toEqual({ service_worker: expect.stringMatching(/\.js$/), type: 'module' });
});

test('the Firefox build has a module page as its background, an add-on id, and declares that it collects no data', () => {
  const { background, browser_specific_settings: settings } = readManifest('firefox');

  expect(background).toEqual({ scripts: [expect.stringMatching(/\.js$/)], type: 'module' });
  expect(settings).toEqual({
    gecko: {
      id: expect.stringContaining('@'),
      strict_min_version: '140.0',
      data_collection_permissions: { required: ['none'] },
    },
    gecko_android: { strict_min_version: '142.0' },
  });
});

test('Chromium shows no warning when the default build is installed', async () => {
  expect(await installWarnings(readManifest('chrome'))).toEqual([]);
});

test('Chromium warns of access to all websites when the build with the panel is installed, though it has no access', async () => {
  const manifest = readManifest('chrome-devtools');

  expect(await installWarnings(manifest)).toEqual(['Read and change all your data on all websites']);
  expect(manifest).not.toHaveProperty('host_permissions');
});

test('the default build for Chromium has no panel, the others have one', () => {
  const panels = BUILDS.map((build) => readBuild(build).has('panel.html'));

  expect(panels).toEqual([false, true, true]);
});

test('installWarnings returns the warning of a host permission', async () => {
  const manifest = { ...readManifest('chrome'), host_permissions: ['*://*/*'] };

  expect(await installWarnings(manifest)).toEqual(['Read and change all your data on all websites']);
});

const CHROMIUM_ONLY = [
  // With both a worker and scripts, Chromium reports an error for the scripts, and Mozilla's linter still warns of the worker.
  'BACKGROUND_SERVICE_WORKER_NOFALLBACK',
  'INCOGNITO_SPLIT_UNSUPPORTED',
];

test.each([
  // build     codes
  ['firefox', []],
  ['chrome', CHROMIUM_ONLY],
  ['chrome-devtools', CHROMIUM_ONLY],
])('for the %s build, Mozilla’s linter reports only %j', async (browser, codes) => {
  const options = ['--output', 'json', '--warnings-as-errors', '--no-config-discovery'];

  const { output } = await runNode([
    'node_modules/web-ext/bin/web-ext.js',
    'lint',
    '-s',
    `dist/${browser}`,
    ...options,
  ]);

  const { errors, warnings, notices } = JSON.parse(output);
  const messages: readonly { readonly code: string }[] = [...errors, ...warnings, ...notices];
  expect(messages.map(({ code }) => code).sort()).toEqual(codes);
});
