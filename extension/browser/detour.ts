import browser from 'webextension-polyfill';
import { MANIFEST_LIMITS } from '../../server-lib/wire.ts';
import { detourFor } from '../app/detour.ts';
import type { ManifestAnswer } from '../app/ports.ts';
import { visitPage } from './injected.ts';
import { isPinned } from './pinned-sites.ts';

/**
 * Asks a site for the manifest at `url` in the place of its page, where that forbids the request and the person has let
 * the extension in to the site; elsewhere the answer says why not.
 */
export async function askPastPage(tabId: number, origin: string, url: string): Promise<ManifestAnswer> {
  const { bytes, milliseconds } = MANIFEST_LIMITS;
  // Looked at first: without the permission the request is sent all the same, and only its answer kept from us.
  const detour = detourFor(await jarOf(tabId), await isPinned(origin));
  if (detour !== 'open') return { kind: 'blocked-by-page', url, detour };
  const report = await visitPage({ path: url, bytes, milliseconds, site: origin });
  return report.kind === 'done' ? report.value.answer : { kind: 'unreachable', isUpgraded: false };
}

async function jarOf(tabId: number): Promise<string | undefined> {
  try {
    return (await browser.tabs.get(tabId)).cookieStoreId;
  } catch {
    return undefined; // the tab has closed
  }
}
