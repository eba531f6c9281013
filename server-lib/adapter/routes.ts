import { readCookieHeader, readField, readSecure } from '../core/adapter-request.ts';
import { GatekeeperError } from '../core/errors.ts';
import { hasSmallBody, readRequestHeader } from '../core/incoming-request.ts';
import type { ManifestWriter } from '../core/manifest-writer.ts';
import { readOptions } from '../core/read-options.ts';
import type { RequestGate } from '../core/request/request-gate.ts';
import { whenComplete } from '../core/thenable.ts';
import { quoted } from '../core/values.ts';
import { isPath } from '../permission/grants/grant-options.ts';
import { type Grants, grantAction } from '../permission/grants/grants.ts';
import { MANIFEST_PATH } from '../wire/names.ts';
import { serializeOverrideCookie } from '../wire/override-cookie.ts';
import { ownResponse, type ProtocolRoute } from './protocol-response.ts';

/** The parts of a keeper that its routes need. */
export interface RouteParts {
  readonly grants: Grants<unknown> | undefined;
  readonly manifestFor: ManifestWriter;
  /** The paths of the override pages, each by the path of the manifest that it reads. */
  readonly pages: Map<string, string>;
}

/** The route of the manifest, for requests that may override or whose user may have a grant. */
export function manifestRoute(parts: RouteParts, options: { readonly path?: string } = {}): ProtocolRoute<RequestGate> {
  const { path = MANIFEST_PATH } = readOptions('manifestRoute', options, { path: true });
  if (!isPath(path)) {
    const what = `path must be a plain path like ${MANIFEST_PATH}; got ${quoted(path)}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `manifestRoute: ${what}`);
  }
  return {
    matches: (method, at) => at === path && (method === 'GET' || method === 'HEAD'),
    respond(gate, headers, at = path, fullPath = undefined) {
      if (!mayReadManifest(parts, gate)) return undefined;
      const page = pagePath(parts.pages.get(path), gate, { at, fullPath });
      return whenComplete(parts.manifestFor(gate, { secure: readSecure(gate.request), page }), (manifest) => {
        gate.startOwnResponse({ isQuiet: true });
        return ownResponse({ headers, content: manifest, cookies: gate.takeCookies() });
      });
    },
  };
}

interface RequestedPath {
  /** The path that the route matches. */
  readonly at: string;
  /** The path that the host received. */
  readonly fullPath: string | undefined;
}

/**
 * The path of the override page as the browser sees it: below the same prefix as the manifest. `undefined` if the prefix is not
 * known, because a client would show an address of another page.
 */
function pagePath(
  path: string | undefined,
  { request }: RequestGate,
  { at, fullPath }: RequestedPath,
): string | undefined {
  if (path === undefined || fullPath?.endsWith(at) !== true) return undefined;
  const { headers } = readField(request, 'incoming') ?? {};
  // A proxy that removes a prefix sends it in this header. A browser that sends it gets the path in its own manifest only.
  const removed = String(readRequestHeader(headers, 'x-forwarded-prefix') ?? '').replace(/\/$/, '');
  const page = removed + fullPath.slice(0, -at.length) + path;
  return isPath(page) && !removed.includes(',') ? page : undefined; // several proxies list their prefixes in any order
}

/** Whether a request may override, or its user may have a grant. */
export function mayReadManifest({ grants }: RouteParts, gate: RequestGate): boolean {
  if (gate.mayOverride()) return true;
  return grants !== undefined && gate.withoutAnyOverrides(() => grants.isEligible(hostRequestOf(gate)));
}

/** The route that issues a grant (POST) and revokes it (DELETE), for requests that the site's own pages make on purpose. */
export function grantRoute({ grants }: RouteParts): ProtocolRoute<RequestGate> {
  if (grants === undefined) {
    throw new GatekeeperError('ERR_GK_GRANTS', 'grantRoute needs grants: createGatekeeper({ flags, grants })');
  }
  const { path, origins, clearCookie } = grants;
  // A DELETE of another visitor must not reveal that the site has grants.
  const mayRevoke = (gate: RequestGate): boolean =>
    grants.verify(
      readCookieHeader(gate.request, () => {}),
      hostRequestOf(gate),
    ) !== undefined || grants.isEligible(hostRequestOf(gate));
  return {
    matches: (method, at) => at === path && (method === 'POST' || method === 'DELETE'),
    respond(gate, headers) {
      const incoming = readField(gate.request, 'incoming');
      const action = incoming && hasSmallBody(incoming, MAX_BODY_BYTES) ? grantAction(incoming, origins) : undefined;
      if (action === undefined) return undefined;
      // Without overrides: a flag that the cookie turns on must not determine the user.
      if (action === 'revoke') {
        if (!gate.withoutAnyOverrides(() => mayRevoke(gate))) return undefined;
        const { name } = gate.overrideCache();
        const cookies = [clearCookie, serializeOverrideCookie('', { name, secure: readSecure(gate.request) })];
        gate.startOwnResponse({ isQuiet: false });
        return ownResponse({ headers, cookies });
      }
      const grant = gate.withoutAnyOverrides(() => grants.issue(hostRequestOf(gate)));
      if (grant === undefined) return undefined;
      gate.startOwnResponse({ isQuiet: false });
      const content = { state: 'enabled', expiresIn: grant.expiresIn };
      return ownResponse({ headers, content, cookies: [grant.setCookie] });
    },
  };
}

const MAX_BODY_BYTES = 1_024;

/** The framework's request. */
export function hostRequestOf({ request }: RequestGate): unknown {
  return readField(request, 'request') ?? readField(request, 'incoming');
}
