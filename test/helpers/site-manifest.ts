import type { ManifestResponse } from '../../extension/app/session/page-port.ts';
import { createGatekeeper, type FlagDefinitions, type ManifestDocument } from '../../server-lib/index.ts';
import { manifestOf } from './protocol/manifest-of.ts';

// Two plain flags, one that cannot be overridden, and one that no manifest lists.
const FLAGS: FlagDefinitions = {
  CHECKOUT: { description: 'How one pays', variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  SEARCH: { description: 'How one finds', variants: ['EXACT', 'FUZZY'], default: 'EXACT', owner: 'search-team' },
  PAYMENTS: { description: 'A kill switch', variants: ['ON', 'OFF'], default: 'ON', overridable: false },
  SECRET: { variants: ['ON', 'OFF'], default: 'OFF', hidden: true },
};

const KEEPER = createGatekeeper({ name: 'Demo shop', environment: 'test', flags: FLAGS });

/** The manifest that a site with the library returns for a request with this `Cookie` header. */
export function siteManifest(cookie: string, mayOverride = true): ManifestDocument {
  return manifestOf(KEEPER, KEEPER.gateFor({ cookie, mayOverride }));
}

/** A response with `document` as JSON, as a site serves its manifest. */
export function jsonAnswer(document: unknown): ManifestResponse {
  const contentType = 'application/json; charset=utf-8';
  return { kind: 'response', status: 200, contentType, body: JSON.stringify(document) };
}
