import { crx, type ManifestV3Export } from '@crxjs/vite-plugin';
import preact from '@preact/preset-vite';
import { defineConfig, type Plugin } from 'vite';
import { browserOf, isBuild, manifestFor } from './extension/manifest.ts';

// `vite build --mode chrome|chrome-devtools|firefox` builds dist/<mode>.
export default defineConfig(({ mode }) => {
  if (!isBuild(mode)) throw new Error(`--mode is chrome, chrome-devtools or firefox, not ${mode}`);
  return {
    root: 'extension',
    plugins: [
      preact(),
      withoutInnerHtml(),
      withNativeApi(),
      withPlainImports(),
      crx({ manifest: manifestFor(mode) as ManifestV3Export, browser: browserOf(mode) }),
    ],
    build: {
      outDir: `../dist/${mode}`,
      emptyOutDir: true,
      modulePreload: { polyfill: false }, // it would fetch; both browsers preload modules themselves
      target: ['chrome123', 'firefox140'],
      // A page that no manifest names: devtools.html asks the browser for it.
      rolldownOptions: {
        input: mode === 'chrome' ? [] : ['extension/panel.html'],
        output: { codeSplitting: SHARED },
      },
    },
  };
});

/**
 * Code that several pages share is in one file, `pages`: in many small files, the popup would be 5 % larger. Code that the
 * background needs too is in another file, `reach`, without any drawing code. What the popup does not need, or only after
 * a click, is in neither.
 */
const SHARED = {
  groups: [
    {
      name: 'reach',
      test: /[\\/](?:extension[\\/]browser[\\/](?!devtools)|wire[\\/])|[\\/](?:session-state|stored-overrides)\.ts|webextension-polyfill/,
      minShareCount: 2,
      priority: 1,
    },
    {
      name: 'pages',
      test: /[\\/](?:preact|extension[\\/](?:app|ui))[\\/](?!presets[\\/](?:preset-name-form|presets-store))/,
      minShareCount: 2,
    },
  ],
};

/**
 * Replaces preact's one assignment to `innerHTML`, which only `dangerouslySetInnerHTML` uses: we never do, and the
 * stores' linters object to it. Fails the build if preact comes to do it in another number of places.
 */
function withoutInnerHtml(): Plugin {
  let found = 0;
  return {
    name: 'gatekeeper:without-inner-html',
    enforce: 'pre',
    apply: 'build',
    transform(code, id) {
      if (!/[\\/]preact[\\/]dist[\\/]preact\.(?:m?js|module\.js)/.test(id)) return undefined;
      found += code.split('.innerHTML=').length - 1;
      return { code: code.replaceAll('.innerHTML=', '.textContent='), map: null };
    },
    buildEnd(error) {
      if (error === undefined && found !== 1) this.error(`expected one .innerHTML= in preact, found ${found}`);
    },
  };
}

/**
 * Puts the browser's own API in the polyfill's place, a tenth of the popup: all that extension/browser calls gives promises
 * by itself in the browsers that we build for (Chromium since Manifest V3). What the polyfill is for is its types. Fails
 * the build if it is not met.
 */
function withNativeApi(): Plugin {
  let found = 0;
  return {
    name: 'gatekeeper:with-native-api',
    enforce: 'pre',
    apply: 'build',
    transform(_code, id) {
      if (!/[\\/]webextension-polyfill[\\/]/.test(id)) return undefined;
      found += 1;
      return { code: 'export default globalThis.browser ?? globalThis.chrome;', map: null };
    },
    buildEnd(error) {
      if (error === undefined && found !== 1)
        this.error(`expected webextension-polyfill once, found it ${found} times`);
    },
  };
}

/**
 * Puts a plain call in the place of Vite's helper for `import()`, which would ask for a chunk's styles first: what we load
 * late, languages and views, has none of its own. Fails the build if the helper is not met.
 */
function withPlainImports(): Plugin {
  let found = 0;
  return {
    name: 'gatekeeper:with-plain-imports',
    enforce: 'pre',
    apply: 'build',
    load(id) {
      if (!id.includes('vite/preload-helper')) return undefined;
      found += 1;
      return 'export const __vitePreload = (load) => load();';
    },
    buildEnd(error) {
      if (error === undefined && found !== 1)
        this.error(`expected Vite's helper for import() once, found it ${found} times`);
    },
  };
}
