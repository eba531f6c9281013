import type { JSX } from 'preact';
import { displayString } from '../../../server-lib/wire.ts';
import { evictions } from '../../app/flags/evictions.ts';
import type { CookieClue, Site, WriteError } from '../../app/session/session-state.ts';
import { type MessageKey, t, tCount } from '../i18n/translate.ts';
import { type Message, pageMessage, permanentError, retryableError } from './notice-messages.ts';
import { Notice } from './notices.tsx';

interface WriteErrorNoticeProps {
  readonly site: Site;
  /** The flags whose overrides have no effect: they are the first to be removed if the cookie is full. */
  readonly redundant?: readonly string[];
  readonly actions: { retry(): void; removeOverrides(flags: readonly string[]): void };
}

/** Why the last write failed, with a button that makes room if the cookie is full. */
export function WriteErrorNotice({ site, redundant = [], actions }: WriteErrorNoticeProps): JSX.Element | null {
  const { stored, writeError } = site;
  if (writeError === undefined) return null;
  const excess = writeError.kind === 'too-large' ? writeError.excess : 0;
  const removable = evictions(stored, excess, new Set(redundant));
  return (
    <Notice message={writeErrorMessage(writeError)} onRetry={actions.retry}>
      {removable.length > 0 && (
        <button type="button" data-action="make-room" onClick={() => actions.removeOverrides(removable)}>
          {t('clearThese', removable.map(displayString).join(', '))}
        </button>
      )}
    </Notice>
  );
}

/** Why the last write failed, and what to do. */
export function writeErrorMessage(error: WriteError): Message {
  switch (error.kind) {
    case 'too-large':
      return permanentError('doesNotFitTitle', tCount('doesNotFit', error.excess));
    case 'cookies-blocked':
      return permanentError('cookiesBlockedTitle', t('cookiesBlocked'));
    case 'other-cookie':
      return otherCookieMessage(error);
    case 'contended':
      return retryableError('notStoredTitle', t('contended'));
    case 'not-received':
      return permanentError('notReceivedTitle', `${t('notReceived')} ${t('deleteCookie', error.name)}`);
    case 'grant-refused':
      return permanentError('grantRefusedTitle', t('grantRefused'));
    case 'grant-unanswered':
      return permanentError('grantRefusedTitle', t('grantUnanswered'));
    case 'page':
      return { ...pageMessage(error.failure), tone: 'alert', canRetry: true };
  }
}

function otherCookieMessage({
  clue,
  name,
  isClearing,
}: Extract<WriteError, { readonly kind: 'other-cookie' }>): Message {
  const title = isClearing ? 'notClearedTitle' : clue === 'seen' ? 'shadowedTitle' : 'notStoredTitle';
  const text = t(COOKIE_CLUES[clue], name);
  return permanentError(title, clue === 'needs-https' ? text : `${text} ${t('deleteCookie', name)}`);
}

const COOKIE_CLUES: Readonly<Record<CookieClue, MessageKey>> = {
  'needs-https': 'cookieNeedsHttps',
  unseen: 'cookieUnseen',
  'unseen-on-http': 'cookieUnseenOnHttp',
  seen: 'cookieSeen',
};
