import type { ClosedDetour } from './ports.ts';

/**
 * Whether the extension may ask a site itself, where the page forbids its own requests, or why not. `jar` is the cookie
 * jar of the tab, as Firefox names it; Chromium, which names none, holds no extension to a page's policy either.
 */
export function detourFor(jar: string | undefined, isAllowed: boolean): 'open' | ClosedDetour {
  if (jar === undefined) return 'none';
  // The extension's own requests are sent with the default jar: in any other, the answer would be somebody else's.
  if (jar !== 'firefox-default') return 'other-session';
  return isAllowed ? 'open' : 'no-permission';
}
