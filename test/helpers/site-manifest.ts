import type { ManifestResponse } from '../../extension/app/session/page-port.ts';
import { createGatekeeper, type FlagDefinitions, type ManifestDocument } from '../../server-lib/index.ts';

// A flag that nobody may override, and one that no manifest lists, beside two plain ones.
const FLAGS: FlagDefinitions = {
  CHECKOUT: { description: 'How one pays', variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  SEARCH: { description: 'How one finds', variants: ['EXACT', 'FUZZY'], default: 'EXACT', owner: 'search-team' },
  PAYMENTS: { description: 'A kill switch', variants: ['ON', 'OFF'], default: 'ON', overridable: false },
  SECRET: { variants: ['ON', 'OFF'], default: 'OFF', hidden: true },
};

const KEEPER = createGatekeeper({ name: 'Demo shop', environment: 'test', flags: FLAGS });

/** The manifest of a site that uses the library, as a request with this `Cookie` header gets it. */
export function siteManifest(cookie: string, mayOverride = true): ManifestDocument {
  return KEEPER.manifestFor(KEEPER.gateFor({ cookie, mayOverride }));
}

/** A response that carries `document` as JSON, the way a manifest is served. */
export function jsonAnswer(document: unknown): ManifestResponse {
  const contentType = 'application/json; charset=utf-8';
  return { kind: 'response', status: 200, contentType, body: JSON.stringify(document) };
}
