/** The builds of the extension. A copy of extension/manifest.ts, which Node 20 cannot import before packages are installed. */
export const BUILDS = ['chrome', 'chrome-devtools', 'firefox'];
