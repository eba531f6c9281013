/** A `Cookie` header as the extension's override cookie makes it. */
export function overrideCookie(overrides: Readonly<Record<string, unknown>>): string {
  return `gatekeeper=${encodeURIComponent(JSON.stringify(overrides))}`;
}
