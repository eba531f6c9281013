/** The builds of the extension, as extension/manifest.ts has them: Node 20 cannot import it before anything is installed. */
export const BUILDS = ['chrome', 'chrome-devtools', 'firefox'];
