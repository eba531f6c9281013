import browser, { type Permissions } from 'webextension-polyfill';

// The polyfill's types do not know that Firefox lets it be optional.
const PERMISSION = { permissions: ['devtools'] } as unknown as Permissions.Permissions;

/** Whether the panel is switched on; `undefined` in a build whose panel cannot be switched. */
export async function devtoolsSwitch(): Promise<boolean | undefined> {
  const { optional_permissions: offered = [] } = browser.runtime.getManifest();
  return (offered as readonly string[]).includes('devtools') ? browser.permissions.contains(PERMISSION) : undefined;
}

/** Switches the panel on or off; on has to be called in a click, and the browser asks. */
export async function switchDevtools(on: boolean): Promise<void> {
  await (on ? browser.permissions.request(PERMISSION) : browser.permissions.remove(PERMISSION));
}
