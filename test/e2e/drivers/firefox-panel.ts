import { addonId } from './built-extension.ts';
import type { ChromeScope } from './chrome-scope.ts';

/** Our panel in Firefox's developer tools. WebDriver cannot reach it, so scripts run in it through the chrome scope. */
export class FirefoxPanel {
  readonly #scope: ChromeScope;

  constructor(scope: ChromeScope) {
    this.#scope = scope;
  }

  /** Grants the permission that the options page requests, because a program cannot click the browser's prompt. */
  async switchOn(): Promise<void> {
    await this.#scope.run(`
      const { ExtensionPermissions } = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
      const { extension } = WebExtensionPolicy.getByID('${addonId()}');
      const requested = { permissions: ['devtools'], origins: [], data_collection: [] };
      await ExtensionPermissions.add('${addonId()}', requested, extension);`);
  }

  /** Opens the developer tools for the current tab. */
  async openTools(): Promise<void> {
    await this.#scope.run(`
      ${TOOLS}
      const { gBrowser } = Services.wm.getMostRecentWindow('navigator:browser');
      await gDevTools.showToolboxForTab(gBrowser.selectedTab, { toolId: 'netmonitor' });`);
  }

  /** The names of the panels that extensions have added to the developer tools. */
  async panels(): Promise<readonly string[]> {
    const json = await this.#scope.run(`
      ${TOOLS}
      return JSON.stringify(toolbox.getAdditionalTools().map(({ label }) => label));`);
    return JSON.parse(json ?? '[]');
  }

  /** Shows the panel that the extension has added. */
  async show(): Promise<void> {
    await this.#scope.run(`
      ${TOOLS}
      await toolbox.selectTool(toolbox.getAdditionalTools()[0].id);`);
  }

  /** Evaluates an expression in the panel, where `document` is the panel's document. */
  evaluate(expression: string): Promise<string | undefined> {
    const script = `{ const { document } = content; sendAsyncMessage('gatekeeper', String(${expression})); }`;
    return this.#scope.run(`
      ${TOOLS}
      const inside = (document) => [...document.querySelectorAll('iframe, browser')].flatMap((frame) =>
        [frame, ...(frame.contentDocument ? inside(frame.contentDocument) : [])]);
      const panel = inside(toolbox.doc).find((frame) => frame.currentURI?.spec.endsWith('/panel.html'));
      const { messageManager } = panel;
      const result = new Promise((resolve) => {
        messageManager.addMessageListener('gatekeeper', function listen({ data }) {
          messageManager.removeMessageListener('gatekeeper', listen);
          resolve(data);
        });
      });
      messageManager.loadFrameScript('data:application/javascript,' + encodeURIComponent(${JSON.stringify(script)}), false);
      return result;`);
  }
}

const TOOLS = `
  const { require } = ChromeUtils.importESModule('resource://devtools/shared/loader/Loader.sys.mjs');
  const { gDevTools } = require('devtools/client/framework/devtools');
  const [toolbox] = gDevTools.getToolboxes();`;
