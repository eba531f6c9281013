import { type CookieReading, decodeOverrides, OVERRIDE_COOKIE } from '../../server-lib/wire.ts';
import { bareAddress } from './page-address.ts';
import { encoded } from './stored-overrides.ts';

// docs/protocol.md section 7. The name is the same on every site, whatever its cookie is called.
const FRAGMENT = '#gatekeeper=';

/** The link to a page that proposes overrides: a fragment, so that no server ever hears of it. */
export function shareLink(href: string, overrides: ReadonlyMap<string, string>): string {
  return `${bareAddress(href)}${FRAGMENT}${encoded(overrides)}`;
}

/** What a page's address, or any text with such a fragment, proposes. Never throws. */
export function readShareLink(text: string): CookieReading {
  const hash = text.indexOf('#');
  if (hash === -1 || !text.startsWith(FRAGMENT, hash)) return { kind: 'absent' };
  return decodeOverrides(text.slice(hash + FRAGMENT.length), OVERRIDE_COOKIE);
}
