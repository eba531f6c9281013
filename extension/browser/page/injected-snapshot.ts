import type { CookiePair, ManifestResponse, PageSnapshot, PageTimings } from '../../app/session/page-port.ts';

// The browser sends the source of these functions to the page and runs them there, in the extension's isolated world.
// Each function is self-contained, takes and returns JSON values, and checks the origin before it does anything else.

/** The result of an injected function. `elsewhere`: another origin; `timed-out`: too late. Then nothing was changed. */
export type InjectedResult<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'not-a-web-page' };

export interface SnapshotOptions {
  /** The manifest's path if the page announces no other. */
  readonly path: string;
  readonly bytes: number;
  readonly milliseconds: number;
  /** The site's origin, if the function runs in a page of the extension and not in the site's page. */
  readonly site?: string;
}

/** Fetches the manifest from the page, limited in time and size, and reads the cookies before and after. */
export async function takePageSnapshot({
  path,
  bytes,
  milliseconds,
  site,
}: SnapshotOptions): Promise<InjectedResult<PageSnapshot>> {
  const { protocol, origin } = site === undefined ? location : new URL(site);
  if (!/^https?:$/.test(protocol) || origin === 'null') return { kind: 'not-a-web-page' };

  const read = (): CookiePair[] => {
    const pairs: CookiePair[] = [];
    for (const cookie of document.cookie.split('; ')) {
      const [, name, value] = /^((?:__Host-|__Secure-)?gatekeeper[\w-]*)=(.*)$/s.exec(cookie) ?? [];
      if (name !== undefined && value !== undefined) pairs.push([name, value]);
    }
    return pairs;
  };

  const metricsOf = ({ serverTiming }: PerformanceResourceTiming): PageTimings['document'] =>
    Array.from(serverTiming ?? [])
      .filter(({ name }) => /^gk(?:\.|$)/.test(name))
      .slice(0, 200)
      .map(({ name, description }) => ({ name: name.slice(0, 200), description: description.slice(0, 200) }));
  const readTimings = (): PageTimings => {
    const [loading] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    const requests = (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .map((request) => ({ url: request.name.slice(0, 2_000), metrics: metricsOf(request) }))
      .filter(({ metrics }) => metrics.length > 0);
    const isStored = loading?.transferSize === 0 && loading.decodedBodySize > 0;
    const loadedFrom = isStored ? 'cache' : 'network';
    return {
      href: location.href.slice(0, 10_000), // room for a URL and the longest share link that fits in a cookie
      loadedAt: performance.timeOrigin,
      delivery: loading?.type === 'back_forward' && isStored ? 'history' : loading?.workerStart ? 'worker' : loadedFrom,
      document: loading === undefined ? [] : metricsOf(loading),
      usedScripts: Array.from(document.querySelectorAll('script#gatekeeper-used[type="application/json"]'))
        .slice(0, 20)
        .map(({ textContent }) => textContent.slice(0, 65_536)),
      requests: requests.slice(-200),
    };
  };

  // Requests use absolute URLs of the checked origin: the browser would resolve a relative URL against the page's
  // <base>, and fetch() rejects a URL with a user name and password, which the page's own URL may have.
  const onOrigin = (address: string, base: string): string | undefined => {
    if (!URL.canParse(address, base)) return undefined;
    const found = new URL(address, base);
    return found.origin === origin ? origin + found.pathname + found.search : undefined;
  };
  const link = document.querySelector<HTMLLinkElement>('link[rel~="gatekeeper"][href]');
  const href = link?.getAttribute('href') ?? '';
  // If <base> points to another origin, it is ignored.
  const announced = link === null ? undefined : (onOrigin(link.href, origin) ?? onOrigin(href, location.href));
  const url = announced ?? onOrigin(path, origin);
  if (url === undefined) return { kind: 'elsewhere' };

  let blocked = false;
  const onViolation = (violation: SecurityPolicyViolationEvent): void => {
    blocked ||= violation.effectiveDirective === 'connect-src';
  };
  const abort = new AbortController();
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

  const download = async (): Promise<ManifestResponse> => {
    const response = await fetch(url, {
      cache: 'no-store',
      credentials: 'include', // sent only to this site, because redirects are not followed
      // The panel hides requests with x-gatekeeper. The extension's page omits it: its request is cross-origin.
      headers: { accept: 'application/json', ...(site === undefined && { 'x-gatekeeper': '1' }) },
      redirect: 'manual', // not followed, and distinguishable from a failure
      signal: abort.signal,
    });
    if (response.type === 'opaqueredirect') return { kind: 'redirected' };
    const { status } = response;
    const contentType = response.headers.get('content-type') ?? '';
    if (status !== 200) return { kind: 'response', status, contentType, body: '' };
    const decoder = new TextDecoder();
    let body = '';
    let received = 0;
    reader = response.body?.getReader();
    for (let chunk = await reader?.read(); chunk?.value !== undefined; chunk = await reader?.read()) {
      received += chunk.value.byteLength;
      if (received > bytes) return { kind: 'too-large' };
      body += decoder.decode(chunk.value, { stream: true });
    }
    return { kind: 'response', status, contentType, body: body + decoder.decode() };
  };

  // Under a policy with upgrade-insecure-requests, the browser sends every request of a plain http page over https. A
  // script can read the policy only from a <meta>. But Chromium lists the https requests, and one port serves either
  // http or https.
  const upgraded = (): boolean | 'perhaps' => {
    if (protocol !== 'http:' || isSecureContext) return false;
    const secure = `${origin.replace('http', 'https')}/`;
    const metas = document.querySelectorAll<HTMLMetaElement>('meta[http-equiv="Content-Security-Policy" i]');
    return (
      [...metas].some(({ content }) => /(?:^|[;,])\s*upgrade-insecure-requests\b/i.test(content)) ||
      (/:\d+$/.test(origin) && performance.getEntriesByType('resource').some(({ name }) => name.startsWith(secure))) ||
      'perhaps'
    );
  };

  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<ManifestResponse>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'timed-out' }), milliseconds);
  });
  document.addEventListener('securitypolicyviolation', onViolation);
  const sent = read();
  const response = await Promise.race([download(), deadline]).catch(async (): Promise<ManifestResponse> => {
    await new Promise((resolve) => setTimeout(resolve, 100)); // Firefox reports the violation after the failure
    return blocked
      ? { kind: 'blocked-by-page', url, directFetch: 'none' }
      : { kind: 'unreachable', isUpgraded: upgraded() };
  });
  document.removeEventListener('securitypolicyviolation', onViolation);
  clearTimeout(timer);
  // Cancel what is still being received. Cancelling a finished stream has no effect.
  reader?.cancel().catch(() => {});
  abort.abort();

  return { kind: 'done', value: { origin, timings: readTimings(), response, sent, pairs: read() } };
}
