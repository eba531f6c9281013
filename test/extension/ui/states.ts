import type { CookiePair, ManifestAnswer } from '../../../extension/app/ports.ts';
import { type Ready, type SessionState, stateOf } from '../../../extension/app/session-state.ts';
import { jsonAnswer, siteManifest } from '../../fakes/fake-site.ts';
import { overrideCookie } from '../../fakes/override-cookie.ts';
import { pageTrace } from '../../fakes/page-trace.ts';

type Overrides = Readonly<Record<string, unknown>>;

const ORIGIN = 'https://shop.example';

/** The state of a popup on a page that answers like this, with these overrides in its cookie. */
export function stateAfter(answer: ManifestAnswer, overrides: Overrides = {}): SessionState {
  const [name = '', value = ''] = overrideCookie(overrides).split('=');
  const pairs: readonly CookiePair[] = Object.keys(overrides).length === 0 ? [] : [[name, value]];
  return stateOf({ origin: ORIGIN, trace: pageTrace(), answer, sent: pairs, pairs });
}

/** The state of a popup on the site of the fakes, which may be changed and overridden. */
export function readyState(overrides: Overrides = {}, changes: Partial<Ready> = {}): Ready {
  return { ...documentState(siteManifest(overrideCookie(overrides)), overrides), ...changes };
}

/** The state of a popup on a site whose manifest is this document. */
export function documentState(document: object, overrides: Overrides = {}): Ready {
  const state = stateAfter(jsonAnswer(document), overrides);
  if (state.kind !== 'ready') throw new Error(`the document makes it ${state.kind}`);
  return state;
}

/** The state of a popup on a site that lets its flags be overridden. */
export function flagsState(flags: readonly object[], overrides: Overrides = {}): Ready {
  return documentState({ gatekeeper: 1, overrides: { state: 'enabled' }, flags }, overrides);
}
