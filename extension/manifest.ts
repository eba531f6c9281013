import packageJson from '../package.json' with { type: 'json' };

/** The browsers we build for, in one code base. */
export const BROWSERS = ['chrome', 'firefox'] as const;
export type Browser = (typeof BROWSERS)[number];

/** Whether `value` names a browser we build for. */
export function isBrowser(value: string): value is Browser {
  return BROWSERS.some((browser) => browser === value);
}

/** The extension's manifest for one browser. */
export function manifestFor(browser: Browser): object {
  return { ...COMMON, ...OWN[browser] };
}

const SIZES = [16, 32, 48, 128];
const ICONS = Object.fromEntries(SIZES.map((size) => [size, `icons/gatekeeper-${size}.png`]));

const COMMON = {
  manifest_version: 3,
  // Chromium passes over it. In both builds, so that Mozilla's linter judges both by what they do.
  browser_specific_settings: {
    gecko: {
      id: 'gatekeeper@gatekeeper-flags.dev',
      strict_min_version: '140.0', // data_collection_permissions
      data_collection_permissions: { required: ['none'] },
    },
    gecko_android: { strict_min_version: '142.0' },
  },
  name: 'Gatekeeper',
  version: packageJson.version,
  description: '__MSG_extensionDescription__',
  default_locale: 'en',
  icons: ICONS,
  action: { default_popup: 'popup.html', default_title: '__MSG_toolbarTitle__', default_icon: ICONS },
  // activeTab: the click on the button is the permission, for that tab and no other. Nothing here warns at install.
  permissions: ['activeTab', 'scripting', 'storage'],
  content_security_policy: {
    // The manifest is fetched by the page itself, so the extension's own pages need no network at all.
    extension_pages: [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "connect-src 'none'",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ].join('; '),
  },
};

const BACKGROUND = 'background/badge.ts';

const OWN = {
  chrome: {
    background: { service_worker: BACKGROUND, type: 'module' },
    incognito: 'split',
    minimum_chrome_version: '123', // light-dark() in theme.css
  },
  firefox: {
    background: { scripts: [BACKGROUND], type: 'module' },
  },
} as const satisfies Record<Browser, object>;
