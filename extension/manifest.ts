import packageJson from '../package.json' with { type: 'json' };

/** What we build, in one code base. Chromium's panel has a build of its own: `devtools_page` warns at install. */
export const BUILDS = ['chrome', 'chrome-devtools', 'firefox'] as const;
export type Build = (typeof BUILDS)[number];

/** Whether `value` names one of our builds. */
export function isBuild(value: string): value is Build {
  return BUILDS.some((build) => build === value);
}

/** The browser that a build is for. */
export function browserOf(build: Build): 'chrome' | 'firefox' {
  return build === 'firefox' ? 'firefox' : 'chrome';
}

/** The extension's manifest for one build. */
export function manifestFor(build: Build): object {
  return { ...COMMON, ...OWN[build] };
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
  // Asked for on a click, for one origin: where there is no click on the button to go by.
  optional_host_permissions: ['http://*/*', 'https://*/*'],
  options_ui: { page: 'options.html', open_in_tab: true },
  commands: { _execute_action: { suggested_key: { default: 'Alt+Shift+G' } } },
};

const BACKGROUND = 'background/start-background.ts';

const CHROME = {
  content_security_policy: contentSecurityPolicy({}),
  background: { service_worker: BACKGROUND, type: 'module' },
  incognito: 'split',
  minimum_chrome_version: '123', // light-dark() in ui/shared/colours.css
};

const DEVTOOLS = { devtools_page: 'devtools.html' };

interface Exceptions {
  readonly connect?: string;
  readonly frameAncestors?: string;
}

function contentSecurityPolicy({ connect = "'none'", frameAncestors = "'none'" }: Exceptions): object {
  return {
    extension_pages: [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      // The manifest is fetched by the page itself, so the extension's own pages need no network at all.
      `connect-src ${connect}`,
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      `frame-ancestors ${frameAncestors}`,
      "require-trusted-types-for 'script'",
    ].join('; '),
  };
}

const OWN = {
  chrome: CHROME,
  'chrome-devtools': {
    ...CHROME,
    ...DEVTOOLS,
    name: 'Gatekeeper with DevTools panel',
    content_security_policy: contentSecurityPolicy({ frameAncestors: 'devtools:' }), // where Chromium frames the panel
  },
  firefox: {
    action: { ...COMMON.action, default_area: 'navbar' }, // else the button is in the menu of extensions
    // Firefox holds an extension's functions to the page's own policy; where that forbids the request, and the person
    // lets the extension in to that site, the extension asks. The permission is what limits it: CSP cannot name a site.
    content_security_policy: contentSecurityPolicy({ connect: 'http: https:' }),
    background: { scripts: [BACKGROUND], type: 'module' },
    ...DEVTOOLS,
    optional_permissions: ['devtools'], // without which the page would be a permission asked for at install
  },
} as const satisfies Record<Build, object>;
