import { crx, type ManifestV3Export } from '@crxjs/vite-plugin';
import preact from '@preact/preset-vite';
import { defineConfig, type Plugin } from 'vite';
import { isBrowser, manifestFor } from './extension/manifest.ts';

// `vite build --mode chrome|firefox` builds dist/chrome or dist/firefox.
export default defineConfig(({ mode }) => {
  if (!isBrowser(mode)) throw new Error(`--mode is chrome or firefox, not ${mode}`);
  return {
    root: 'extension',
    plugins: [preact(), withoutInnerHtml(), crx({ manifest: manifestFor(mode) as ManifestV3Export, browser: mode })],
    build: {
      outDir: `../dist/${mode}`,
      emptyOutDir: true,
      modulePreload: { polyfill: false }, // it would fetch; both browsers preload modules themselves
      target: ['chrome123', 'firefox140'],
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
