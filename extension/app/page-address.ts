/** The address of a page as it may be handed on: without its fragment, and without a name and password. */
export function bareAddress(href: string): string {
  const url = new URL(href);
  url.username = '';
  url.password = '';
  url.hash = '';
  return url.href;
}
