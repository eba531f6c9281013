/** The page that sees a cookie. */
interface CookieView {
  readonly name: string;
  readonly hostname: string;
  readonly path: string;
  /** Whether the page can set `Secure` cookies. */
  readonly isSecure: boolean;
}

/**
 * The attributes of all cookies that a page may see beside ours, which is host-only, has `Path=/` and no partition. A
 * cookie is deleted by a write with the same domain, path and partition (RFC 6265bis 5.7, step 21). A page cannot read
 * them, so each is tried.
 */
export function otherCookies({ name, hostname, path, isSecure }: CookieView): readonly string[] {
  const isHostOnly = name.startsWith('__Host-'); // without Domain and with Path=/ (RFC 6265bis 4.1.3.2)
  const domains = isHostOnly ? [''] : ['', ...domainsOf(hostname).map((domain) => `; Domain=${domain}`)];
  const paths = isHostOnly ? ['/'] : matchingPaths(path);
  const secure = name.startsWith('__') ? '; Secure' : '';
  // A Partitioned cookie is always Secure.
  const partitions = isSecure ? [secure, '; Partitioned; Secure'] : [secure];
  return paths
    .flatMap((one) => domains.flatMap((domain) => partitions.map((partition) => `Path=${one}${domain}${partition}`)))
    .slice(1, MAX_ATTEMPTS); // the first is ours
}

// Usually there are about ten. Each one costs a write and a read of `document.cookie`.
const MAX_ATTEMPTS = 400;
const MAX_FOLDERS = 100;

/** The host and its parents. The browser ignores those that are not allowed, such as `com`. */
function domainsOf(hostname: string): readonly string[] {
  const labels = hostname.split('.');
  return labels.map((_, at) => labels.slice(at).join('.'));
}

/** The paths of cookies that a page at `path` sees: its folders, with and without a slash at the end (5.1.4). */
function matchingPaths(path: string): readonly string[] {
  const slashes = [...path.matchAll(/\//g)].map(({ index }) => index);
  const folders = slashes.slice(0, MAX_FOLDERS).flatMap((at) => [path.slice(0, at), path.slice(0, at + 1)]);
  return ['/', ...new Set([...folders, path])].filter((one, at) => at === 0 || (one !== '' && one !== '/'));
}
