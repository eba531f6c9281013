import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { BUILDS } from '../../extension/manifest.ts';
import { loadedBy, readBuild, readManifest } from '../helpers/package/extension-build.ts';
import { installWarnings } from '../helpers/package/install-warnings.ts';
import { runNode } from '../helpers/processes/process.ts';

describe.each(BUILDS)('the extension built as %s', (name) => {
  const manifest = readManifest(name);
  const build = readBuild(name);

  test('asks for activeTab, scripting and storage, on a click for one site, and for nothing else, ever', () => {
    expect(manifest.permissions).toEqual(['activeTab', 'scripting', 'storage']);
    expect(manifest.host_permissions ?? []).toEqual([]);
    expect(manifest.optional_host_permissions).toEqual(['http://*/*', 'https://*/*']);
    expect(manifest.optional_permissions ?? []).toEqual(name === 'firefox' ? ['devtools'] : []);
  });

  test('is on no page before the click: no content script, nothing a page could load', () => {
    expect(manifest).not.toHaveProperty('content_scripts');
    expect(manifest).not.toHaveProperty('web_accessible_resources');
    expect(manifest).not.toHaveProperty('externally_connectable');
  });

  test('may run nothing but its own files, and connect to nowhere but to the sites that let it in to Firefox', () => {
    const { extension_pages: policy } = manifest.content_security_policy as { readonly extension_pages: string };

    const directives = policy.split(';').map((directive) => directive.trim());

    const connect = name === 'firefox' ? 'connect-src http: https:' : "connect-src 'none'";
    expect(directives).toEqual(expect.arrayContaining([connect, "script-src 'self'", "object-src 'none'"]));
    expect(policy.replace(connect, '')).not.toMatch(/unsafe-|https?:|\*/);
  });

  test('holds no code that evaluates text, parses text as HTML or comes from elsewhere', () => {
    const code = [...build.values()].filter(({ path }) => /\.(js|html)$/.test(path));

    const found = code.flatMap(({ path, text }) => (text.match(DANGEROUS) ?? []).map((match) => `${path}: ${match}`));

    expect(found).toEqual([]);
  });

  test('its background loads nothing that draws', () => {
    const background = manifest.background as {
      readonly service_worker?: string;
      readonly scripts?: readonly string[];
    };
    const entry = background.service_worker ?? background.scripts?.[0] ?? '';

    const code = loadedBy(entry, build).map(({ text }) => text);

    expect(code.join()).toContain('onUpdated');
    expect(code.filter((text) => /createElement|replaceChildren/.test(text))).toEqual([]);
  });

  test('its popup weighs at most 30 kB, compressed', () => {
    const weights = loadedBy('popup.html', build).map(({ text }) => gzipSync(text).length);

    expect(weights.reduce((sum, weight) => sum + weight)).toBeLessThanOrEqual(30_000);
  });
});

// A way to run or parse text, or the address of code that the package does not hold.
const DANGEROUS =
  /\beval\(|\bnew Function\b|\.(?:inner|outer)HTML\s*=(?!=)|\binsertAdjacentHTML\b|\bimportScripts\b|(?:\bsrc=|\bhref=|\bfrom|\bimport\(?)\s*["'`]https?:/g;

test.each(['chrome', 'chrome-devtools'])('of %s Chromium runs the background as a module worker', (build) => {
  const { background } = readManifest(build) as { readonly background: object };

  expect(background).toEqual({ service_worker: expect.stringMatching(/\.js$/), type: 'module' });
});

test('Firefox runs the background as a module page, knows the add-on by its id, and is told that no data is collected', () => {
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

test('Chromium warns of nothing when the extension is installed', async () => {
  expect(await installWarnings(readManifest('chrome'))).toEqual([]);
});

test('with the panel in it Chromium warns of all websites, although it can read none', async () => {
  const manifest = readManifest('chrome-devtools');

  expect(await installWarnings(manifest)).toEqual(['Read and change all your data on all websites']);
  expect(manifest).not.toHaveProperty('host_permissions');
});

test('the default build for Chromium holds no panel, the others do', () => {
  const panels = BUILDS.map((build) => readBuild(build).has('panel.html'));

  expect(panels).toEqual([false, true, true]);
});

test('the adviser can warn: a host permission is announced', async () => {
  const greedy = { ...readManifest('chrome'), host_permissions: ['*://*/*'] };

  expect(await installWarnings(greedy)).toEqual(['Read and change all your data on all websites']);
});

const CHROMIUM_ONLY = [
  // Named as a pair, Chromium complains of the scripts; Firefox's linter would still warn of the worker.
  'BACKGROUND_SERVICE_WORKER_NOFALLBACK',
  'INCOGNITO_SPLIT_UNSUPPORTED',
];

test.each([
  // build     what only Firefox asks of a manifest
  ['firefox', []],
  ['chrome', CHROMIUM_ONLY],
  ['chrome-devtools', CHROMIUM_ONLY],
])('of the %s build Mozilla’s linter says only %j', async (browser, codes) => {
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
