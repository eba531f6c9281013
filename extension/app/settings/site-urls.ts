/** The origin of a site that a person names: `shop.example`, `localhost:3000` or an address copied from a page. */
export function parseSiteOrigin(text: string): string | undefined {
  const typed = text.trim();
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(typed) ? typed : `${isLocal(typed) ? 'http' : 'https'}://${typed}`;
  if (/\s/.test(address) || !URL.canParse(address)) return undefined;
  const { protocol, origin, username, password } = new URL(address);
  return /^https?:$/.test(protocol) && username + password === '' ? origin : undefined;
}

/** The path of a manifest that a person names, as it is asked for: within its own site, whatever it says. */
export function parseManifestPath(text: string): string | undefined {
  const typed = text.trim();
  const here = 'https://site.invalid';
  if (!typed.startsWith('/') || !URL.canParse(typed, here)) return undefined;
  const { origin, pathname, search } = new URL(typed, here);
  const path = pathname + search;
  // What begins with two slashes would name a host when it is resolved again.
  return origin === here && !path.startsWith('//') && path.length <= MAX_PATH_LENGTH ? path : undefined;
}

const MAX_PATH_LENGTH = 2_048;

// Where developers work, plain http is what is served.
function isLocal(address: string): boolean {
  return /^(?:[\w-]+\.)*localhost(?=[:/]|$)|^127\.|^\[::1\]/i.test(address);
}

/** The address of a page as it may be handed on: without its fragment, and without a name and password. */
export function shareableUrl(href: string): string {
  const url = new URL(href);
  url.username = '';
  url.password = '';
  url.hash = '';
  return url.href;
}
