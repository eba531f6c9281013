import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { crx, type ManifestV3Export } from '@crxjs/vite-plugin';
import preact from '@preact/preset-vite';
import { defineConfig, type Plugin, type UserConfig } from 'vite';
import { LANGUAGES } from './extension/app/i18n/languages.ts';
import { browserOf, isBuild, manifestFor } from './extension/manifest.ts';

// `vite build --mode chrome|chrome-devtools|firefox` builds dist/<mode>; `--mode page` builds the override page into dist/page.
export default defineConfig(({ mode }) => {
  if (mode === 'page') return OVERRIDE_PAGE;
  if (!isBuild(mode)) throw new Error(`--mode is chrome, chrome-devtools, firefox or page, not ${mode}`);
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
      // Pages that no manifest names: the popup and devtools.html ask the browser for them.
      rolldownOptions: {
        input: ['extension/popup/compare.html', ...(mode === 'chrome' ? [] : ['extension/panel.html'])],
        output: { codeSplitting: SHARED },
      },
    },
  };
});

/**
 * Code that several pages share is in one file, `pages`: in many small files, the popup would be 5 % larger. Code that the
 * background needs too is in another file, `reach`, without any drawing code. What the popup does not need, or only after
 * a click, such as the code that writes the cookie, is in neither.
 */
const SHARED = {
  groups: [
    {
      name: 'reach',
      test: /[\\/](?:extension[\\/]browser[\\/](?!devtools|compare)|wire[\\/])|[\\/](?:session-state|stored-overrides)\.ts|webextension-polyfill/,
      minShareCount: 2,
      priority: 1,
    },
    {
      name: 'pages',
      test: /[\\/](?:preact|extension[\\/](?:app|ui))[\\/](?!compare[\\/]|presets[\\/](?:preset-name-form|presets-store)|shared[\\/]write-error|flags[\\/]evictions|session[\\/]cookie-edit|view-as[\\/])/,
      minShareCount: 2,
    },
  ],
};

/** The page that a site serves with `overridePage()`. Its document is written by the library, in server-lib/adapter. */
const OVERRIDE_PAGE: UserConfig = {
  root: 'extension',
  base: './',
  publicDir: false,
  json: { namedExports: false, stringify: true }, // a tenth smaller than one variable for each message
  plugins: [
    preact(),
    withoutInnerHtml(),
    withPlainImports(),
    withoutPhoneLink(),
    withMessagesOfThePage(),
    withIndexOfThePage(),
  ],
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    target: ['chrome123', 'firefox140', 'safari17.5'],
    rolldownOptions: {
      input: ['extension/page/start-page.tsx', 'extension/page/page.css'],
      output: {
        entryFileNames: 'page-[hash].js',
        chunkFileNames: '[name]-[hash].js',
        assetFileNames: '[name]-[hash][extname]',
        // The page shows all of it at once, and one file compresses better than three. Each language has its own.
        codeSplitting: { groups: [{ name: 'popup', test: /[\\/](?!_locales)[\w-]+[\\/][^\\/]+\.(?:[mc]?js|tsx?)$/ }] },
      },
    },
  },
};

/** Writes page.json, what the library needs to write the document of the page. */
function withIndexOfThePage(): Plugin {
  return {
    name: 'gatekeeper:with-index-of-the-page',
    enforce: 'post', // after the style sheet
    generateBundle(_options, bundle) {
      const files = Object.values(bundle);
      const entry = files.find((file) => file.type === 'chunk' && file.isEntry);
      const style = files.find(({ fileName }) => fileName.endsWith('.css'));
      if (entry?.type !== 'chunk' || style === undefined) this.error('expected an entry and one style sheet');
      const needsScript = Object.fromEntries(
        Object.keys(LANGUAGES).map((language) => {
          const file = new URL(`extension/_locales/${language}/messages.json`, import.meta.url);
          const { languageTag, pageNeedsScript } = JSON.parse(readFileSync(file, 'utf8'));
          return [languageTag.message, pageNeedsScript.message];
        }),
      );
      const icon = readFileSync(new URL('extension/public/icons/gatekeeper.svg', import.meta.url), 'utf8');
      const index = {
        script: entry.fileName,
        preload: entry.imports,
        style: style.fileName,
        icon: `data:image/svg+xml,${encodeURIComponent(icon)}`,
        needsScript,
      };
      this.emitFile({ type: 'asset', fileName: 'page.json', source: JSON.stringify(index) });
    },
  };
}

/**
 * Messages about what the page does not do: it is one of the site's own, has no tab, and its policy lets it ask the site and upgrades
 * no request.
 */
const OF_THE_EXTENSION =
  /^(?:notAWebPage|pageRefused|pageNoAccess|blockedByPage|blockedWithoutPermission|blockedInOtherSession|unreachableUpgraded|allowDetour|pinSite|detach|openOptions|compare|aboutGatekeeper|tryDemo)/;

/** Leaves the messages out of the page that only other pages of the extension show: a third of them. */
function withMessagesOfThePage(): Plugin {
  const root = fileURLToPath(new URL('extension/', import.meta.url));
  const isShown = (file: string): boolean =>
    /^(?:app|page|ui)[\\/].*\.tsx?$/.test(file) &&
    !/^(?:app|ui)[\\/](?:compare|requests|presets[\\/](?:import-presets|presets-list|preset-file)|settings[\\/](?!language-field)|sharing[\\/]phone-link)/.test(
      file,
    );
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(isShown)
    .map((file) => readFileSync(path.join(root, file), 'utf8'))
    .join('');
  const isNamed = (key: string): boolean =>
    !OF_THE_EXTENSION.test(key) && sources.includes(`'${key.replace(/_(?:one|other)$/, '')}'`);
  return {
    name: 'gatekeeper:with-messages-of-the-page',
    enforce: 'pre',
    transform(code, id) {
      if (id.endsWith('package.json'))
        return { code: JSON.stringify({ version: JSON.parse(code).version }), map: null };
      if (!/[\\/]_locales[\\/]\w+[\\/]messages\.json/.test(id)) return undefined;
      const messages = Object.entries(JSON.parse(code)).filter(([key]) => isNamed(key));
      return { code: JSON.stringify(Object.fromEntries(messages)), map: null };
    },
  };
}

/**
 * Leaves the QR code out of the page, which would be 3 kB larger: the page is what the code opens, and its link copies the same
 * address. Fails the build if the module is not met.
 */
function withoutPhoneLink(): Plugin {
  let found = 0;
  return {
    name: 'gatekeeper:without-phone-link',
    enforce: 'pre',
    apply: 'build',
    load(id) {
      if (!/[\\/]sharing[\\/]phone-link\.tsx$/.test(id)) return undefined;
      found += 1;
      return 'export const OpenOnPhone = () => null;';
    },
    buildEnd(error) {
      if (error === undefined && found !== 1) this.error(`expected phone-link.tsx once, found it ${found} times`);
    },
  };
}

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
