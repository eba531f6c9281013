import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { own } from '../wire/foreign-json.ts';

/** What a request to the grant's path asks for. */
export type GrantAction = 'give' | 'take-back';

/** What a request may change about its grant: nothing unless it is a POST or DELETE of the site's own. */
export function grantAction(
  { method, headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  origins: readonly string[],
): GrantAction | undefined {
  if ((method !== 'POST' && method !== 'DELETE') || !isOwnRequest(headers, origins)) return undefined;
  return method === 'POST' ? 'give' : 'take-back';
}

/**
 * Whether a request was made by a page of one of `origins`, on purpose (docs/protocol.md section 5). The header that
 * no form can send makes a browser ask before another origin may; a header sent twice arrives joined, and fits nothing.
 */
export function isOwnRequest(headers: IncomingHttpHeaders, origins: readonly string[]): boolean {
  const [site, origin, mark] = ['sec-fetch-site', 'origin', 'x-gatekeeper'].map((name) => own(headers, name));
  // Browsers leave Sec-Fetch-Site out on plain http; Origin has to fit either way.
  const isSameOrigin = site === undefined || site === 'same-origin';
  return isSameOrigin && origins.some((one) => one === origin) && mark === '1';
}
