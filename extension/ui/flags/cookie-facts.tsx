import type { JSX } from 'preact';
import { cookieBytes, displayString, isOverrideCookieName } from '../../../server-lib/wire.ts';
import type { Filter } from '../../app/flags/browsing-store.ts';
import { isManifestCurrent, type Ready, type Site } from '../../app/session/session-state.ts';
import { overrideCount, readStored } from '../../app/session/stored-overrides.ts';
import { t, tCount } from '../i18n/translate.ts';
import type { PopupActions } from '../popup/popup-actions.ts';
import { Facts } from '../shared/notices.tsx';

/** Facts about the site's override cookie and other cookies. */
export function CookieFacts({ site }: { readonly site: Ready }): JSX.Element {
  const { cookie, deleted } = site;
  const hidden = isHiddenCookieUsed(site) ? [`${t('cookieHidden')} ${t('deleteCookie', cookie.name)}`] : [];
  const removed = deleted.map((attributes) => t('cookieDeleted', cookie.name, displayString(attributes) ?? ''));
  const others = otherSites(site).map(({ name, count }) => tCount('otherSiteCount', count, name));
  return <Facts lines={[...hidden, ...removed, ...others]} />;
}

/** Whether the server uses overrides although the page has no cookie: it receives one that scripts cannot read. */
function isHiddenCookieUsed(site: Ready): boolean {
  return isManifestCurrent(site) && site.stored.raw === null && site.manifest.overrides.applied.length > 0;
}

/** The cookies with overrides of other sites on the host. A name with another prefix is the same site's, from other times. */
function otherSites({ cookie, cookies }: Ready): readonly { readonly name: string; readonly count: number }[] {
  const names = new Set(cookies.map(([name]) => name).filter(isOverrideCookieName));
  return [...names]
    .filter((name) => withoutPrefix(name) !== withoutPrefix(cookie.name))
    .map((name) => ({ name, count: overrideCount(readStored(cookies, name)) }))
    .filter(({ count }) => count > 0);
}

const withoutPrefix = (name: string): string => name.replace(/^__(?:Host|Secure)-/, '');

// The meter is shown from 3,000 of the 4,096 bytes that a cookie may have.
const WARNING_RATIO = 3_000 / 4_096;

/** How full the cookie is, once it is nearly full. */
export function ByteMeter({ site: { cookie, stored, maxBytes } }: { readonly site: Site }): JSX.Element | null {
  const bytes = stored.raw === null ? 0 : cookieBytes(cookie.name, stored.raw);
  if (bytes < WARNING_RATIO * maxBytes) return null;
  const text = t('bytes', bytes, maxBytes);
  return (
    <p class="bytes">
      <meter aria-label={text} min={0} max={maxBytes} high={WARNING_RATIO * maxBytes} optimum={0} value={bytes} />{' '}
      {text}
    </p>
  );
}

interface WatchLineProps {
  readonly site: Ready;
  readonly filter: Filter;
  readonly actions: Pick<PopupActions, 'watch' | 'stopWatching'>;
}

/**
 * Watching a site: the server lists the flags of a page for a request with the cookie, also with an empty one
 * (docs/protocol.md section 4). It is offered where the popup does not find them.
 */
export function WatchLine({ site, filter, actions }: WatchLineProps): JSX.Element | null {
  const { stored, manifest, record } = site;
  const isWatching = stored.raw !== null && stored.entries.size === 0 && stored.problem === undefined;
  const isOffered =
    filter === 'page' &&
    stored.raw === null &&
    manifest.overrides.state === 'enabled' &&
    record.document.flags.length === 0;
  if (!isWatching && !isOffered) return null;
  return (
    <div class="grant" role="status">
      <p>{t(isWatching ? 'watching' : 'watchMeaning')}</p>
      <button
        type="button"
        data-action={isWatching ? 'stop-watching' : 'watch'}
        onClick={isWatching ? actions.stopWatching : actions.watch}
      >
        {t(isWatching ? 'stopWatching' : 'watch')}
      </button>
    </div>
  );
}
