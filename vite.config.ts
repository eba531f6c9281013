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
      withNamespacesInUse(),
      crx({ manifest: manifestFor(mode) as ManifestV3Export, browser: browserOf(mode) }),
    ],
    build: {
      outDir: `../dist/${mode}`,
      emptyOutDir: true,
      modulePreload: { polyfill: false }, // it would fetch; both browsers preload modules themselves
      target: ['chrome123', 'firefox140'],
      // A page that no manifest names: devtools.html asks the browser for it.
      rolldownOptions: { input: mode === 'chrome' ? [] : ['extension/panel.html'] },
    },
  };
});

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
 * Leaves in the polyfill's table of callback APIs only the namespaces that extension/browser names: the rest, a tenth of
 * the popup, would describe APIs for which we have no permission. Fails the build if there is no such table any more.
 */
function withNamespacesInUse(): Plugin {
  const inUse = ['runtime', 'storage', 'tabs'];
  let found = 0;
  return {
    name: 'gatekeeper:with-namespaces-in-use',
    enforce: 'pre',
    apply: 'build',
    transform(code, id) {
      if (!/[\\/]webextension-polyfill[\\/]/.test(id)) return undefined;
      const lean = code.replace(/const apiMetadata = (\{[\s\S]*?\n {6}\});/, (_, table: string) => {
        found += 1;
        const kept = Object.entries(JSON.parse(table)).filter(([namespace]) => inUse.includes(namespace));
        return `const apiMetadata = ${JSON.stringify(Object.fromEntries(kept))};`;
      });
      return { code: lean, map: null };
    },
    buildEnd(error) {
      if (error === undefined && found !== 1) this.error(`expected one table of APIs in the polyfill, found ${found}`);
    },
  };
}
