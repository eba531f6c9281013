import type { CookiePair, ManifestResponse, PageSnapshot, PageTimings } from '../../app/session/page-port.ts';

// These functions are sent to the page as text and run there, in the extension's isolated world: each is complete in
// itself, takes and gives JSON, and touches nothing before it has looked at where it is.

/** What an injected function reports. `elsewhere`: it found another origin; `timed-out`: it came too late. Both touched nothing. */
export type InjectedResult<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'not-a-web-page' };

export interface SnapshotOptions {
  /** The manifest's path where the page announces no other. */
  readonly path: string;
  readonly bytes: number;
  readonly milliseconds: number;
  /** The site to ask, where the function runs in no page of its but in the extension's own. */
  readonly site?: string;
}

/** Fetches the manifest as the page itself would, within a deadline and a size; reads the cookies before and after. */
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

  const ours = ({ serverTiming }: PerformanceResourceTiming): PageTimings['document'] =>
    Array.from(serverTiming ?? [])
      .filter(({ name }) => /^gk(?:\.|$)/.test(name))
      .slice(0, 200)
      .map(({ name, description }) => ({ name: name.slice(0, 200), description: description.slice(0, 200) }));
  const traced = (): PageTimings => {
    const [loading] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    const requests = (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .map((request) => ({ url: request.name.slice(0, 2_000), metrics: ours(request) }))
      .filter(({ metrics }) => metrics.length > 0);
    const isStored = loading?.transferSize === 0 && loading.decodedBodySize > 0;
    const delivered = isStored ? 'cache' : 'network';
    return {
      href: location.href.slice(0, 10_000), // the longest link that can fit a cookie, and an address before it
      loadedAt: performance.timeOrigin,
      delivery: loading?.type === 'back_forward' && isStored ? 'history' : loading?.workerStart ? 'worker' : delivered,
      document: loading === undefined ? [] : ours(loading),
      requests: requests.slice(-200),
    };
  };

  // Requests go to absolute addresses of the origin that was checked: the browser would resolve a relative one against
  // the page's <base>, and fetch() refuses one that holds the name and password of the page's own address.
  const onOrigin = (address: string, base: string): string | undefined => {
    if (!URL.canParse(address, base)) return undefined;
    const found = new URL(address, base);
    return found.origin === origin ? origin + found.pathname + found.search : undefined;
  };
  const link = document.querySelector<HTMLLinkElement>('link[rel~="gatekeeper"][href]');
  const href = link?.getAttribute('href') ?? '';
  // Where <base> leads to another origin, the address is read as if there were none.
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
      credentials: 'include', // of this site only: a redirect is not followed
      // Our own mark, by which the panel leaves the request out. Not from the extension's page: there it is cross-origin.
      headers: { accept: 'application/json', ...(site === undefined && { 'x-gatekeeper': '1' }) },
      redirect: 'manual', // not followed, and told apart from a failure
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

  // A policy with upgrade-insecure-requests has every request of a page on plain http sent over https. Script sees the
  // policy only where a <meta> holds it; but Chromium lists what was asked for, and no port speaks both.
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
  const answer = await Promise.race([download(), deadline]).catch(async (): Promise<ManifestResponse> => {
    await new Promise((resolve) => setTimeout(resolve, 100)); // Firefox tells of the violation after the failure
    return blocked ? { kind: 'blocked-by-page', url, detour: 'none' } : { kind: 'unreachable', isUpgraded: upgraded() };
  });
  document.removeEventListener('securitypolicyviolation', onViolation);
  clearTimeout(timer);
  // Whatever is still coming is not waited for; a stream that is done does not mind.
  reader?.cancel().catch(() => {});
  abort.abort();

  return { kind: 'done', value: { origin, timings: traced(), response: answer, sent, pairs: read() } };
}
