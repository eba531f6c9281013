import type { CookiePair, ManifestResponse } from '../../../../extension/app/session/page-port.ts';
import { type Ready, type SessionState, stateFromSnapshot } from '../../../../extension/app/session/session-state.ts';
import { pageTimings } from '../../../fakes/page/page-timings.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { jsonAnswer, siteManifest } from '../../../helpers/site-manifest.ts';

/** What a site lets its users simulate, as the `context` of its manifest. */
export const DECLARED = {
  user: { current: '7' },
  time: {},
  attributes: [
    { name: 'country', type: 'string', values: ['DE', 'NL'], current: 'DE' },
    { name: 'seats', type: 'number', min: 1, max: 500 },
    { name: 'beta', type: 'boolean', current: false },
  ],
};

type Overrides = Readonly<Record<string, unknown>>;

const ORIGIN = 'https://shop.example';

/** The state of a popup on a page with this manifest response and these overrides. */
export function stateAfter(response: ManifestResponse, overrides: Overrides = {}): SessionState {
  const [name = '', value = ''] = overrideCookie(overrides).split('=');
  const pairs: readonly CookiePair[] = Object.keys(overrides).length === 0 ? [] : [[name, value]];
  return stateFromSnapshot({ origin: ORIGIN, timings: pageTimings(), response, sent: pairs, pairs });
}

/** The state of a popup on the fake site with these overrides, changed by `changes`. */
export function readyState(overrides: Overrides = {}, changes: Partial<Ready> = {}): Ready {
  return { ...documentState(siteManifest(overrideCookie(overrides)), overrides), ...changes };
}

/** The state of a popup on a site whose manifest is this document. */
export function documentState(document: object, overrides: Overrides = {}): Ready {
  const state = stateAfter(jsonAnswer(document), overrides);
  if (state.kind !== 'ready') throw new Error(`the state is ${state.kind}`);
  return state;
}

/** The state of a popup on a site that lets its flags be overridden. */
export function flagsState(flags: readonly object[], overrides: Overrides = {}): Ready {
  return documentState({ gatekeeper: 1, overrides: { state: 'enabled' }, flags }, overrides);
}
