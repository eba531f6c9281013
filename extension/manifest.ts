import packageJson from '../package.json' with { type: 'json' };

/** The builds. Chromium's panel has its own build, because `devtools_page` causes a warning at install. */
export const BUILDS = ['chrome', 'chrome-devtools', 'firefox'] as const;
export type Build = (typeof BUILDS)[number];

/** Whether `value` is the name of a build. */
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
  // Chromium ignores it. It is in every build, so that Mozilla's linter can check every build.
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
  // activeTab: a click on the toolbar button gives access to that tab only. None of these causes a warning at install.
  permissions: ['activeTab', 'scripting', 'storage'],
  // Requested in a click handler, for one origin, where activeTab does not suffice.
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
      // The site's page fetches the manifest, so the extension's own pages need no network access.
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
    content_security_policy: contentSecurityPolicy({ frameAncestors: 'devtools:' }), // Chromium frames the panel there
  },
  firefox: {
    // Compare asks for access to all sites, and gives it back: Firefox takes no picture of a reloaded page without it.
    optional_host_permissions: [...COMMON.optional_host_permissions, '<all_urls>'],
    action: { ...COMMON.action, default_area: 'navbar' }, // otherwise the button is in the extensions menu
    // Firefox applies the page's policy to injected functions. If the policy blocks the request and the user allows
    // access to the site, the extension's page fetches the manifest. The host permission limits this to allowed sites;
    // a CSP cannot, because it is static.
    content_security_policy: contentSecurityPolicy({ connect: 'http: https:' }),
    background: { scripts: [BACKGROUND], type: 'module' },
    ...DEVTOOLS,
    optional_permissions: ['devtools'], // otherwise `devtools_page` would require the permission at install
  },
} as const satisfies Record<Build, object>;
