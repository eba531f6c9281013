import type { JSX } from 'preact';
import { displayString } from '../../../server-lib/wire.ts';
import { isManifestCurrent, type Ready } from '../../app/session/session-state.ts';
import { t } from '../i18n/translate.ts';
import { Facts } from '../shared/notices.tsx';

/** Facts about the site's override cookie and other cookies. */
export function CookieFacts({ site }: { readonly site: Ready }): JSX.Element {
  const { cookie, deleted } = site;
  const hidden = isHiddenCookieUsed(site) ? [`${t('cookieHidden')} ${t('deleteCookie', cookie.name)}`] : [];
  const removed = deleted.map((attributes) => t('cookieDeleted', cookie.name, displayString(attributes) ?? ''));
  return <Facts lines={[...hidden, ...removed]} />;
}

/** Whether the server uses overrides although the page has no cookie: it receives one that scripts cannot read. */
function isHiddenCookieUsed(site: Ready): boolean {
  return isManifestCurrent(site) && site.stored.raw === null && site.manifest.overrides.applied.length > 0;
}
