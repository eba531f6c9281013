import { inRoot } from './root.mjs';

/** The steps to load the built extension into your own browser. */
export const BY_HAND = `
The extension in your own browser:
  Chromium, Chrome, Edge   chrome://extensions, switch on "Developer mode", "Load unpacked":
                           ${inRoot('dist/chrome')}
  Firefox                  about:debugging#/runtime/this-firefox, "Load Temporary Add-on…":
                           ${inRoot('dist/firefox/manifest.json')}
Pin it to the toolbar, open the shop, click the icon.
`;
