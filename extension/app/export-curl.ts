import { bareAddress } from './page-address.ts';
import { type SharedSetup, sharedCookie } from './shared-setup.ts';

/** A command for a POSIX shell that fetches the page with these overrides. */
export function curlCommand(setup: SharedSetup): string {
  const { name, value } = sharedCookie(setup);
  // --globoff: brackets and braces in an address are its own, not a range of addresses.
  return `curl --globoff --cookie ${quoted(`${name}=${value}`)} ${quoted(bareAddress(setup.href))}`;
}

// POSIX.1-2024, Shell Command Language 2.2.2: nothing is special between single quotes but a single quote.
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
