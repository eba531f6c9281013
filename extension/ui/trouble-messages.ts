import type { CookieClue, Trouble } from '../app/session-state.ts';
import { lasting, type Message, pageMessage, passing } from './messages.ts';
import { say, sayCount, type Word } from './words.ts';

/** Why the last write did not work, and what helps. */
export function troubleMessage(trouble: Trouble): Message {
  switch (trouble.kind) {
    case 'too-large':
      return lasting('doesNotFitTitle', sayCount('doesNotFit', trouble.excess));
    case 'cookies-blocked':
      return lasting('cookiesBlockedTitle', say('cookiesBlocked'));
    case 'other-cookie':
      return otherCookieMessage(trouble);
    case 'contended':
      return passing('notStoredTitle', say('contended'));
    case 'not-received':
      return lasting('notReceivedTitle', `${say('notReceived')} ${say('deleteCookie', trouble.name)}`);
    case 'grant-refused':
      return lasting('grantRefusedTitle', say('grantRefused'));
    case 'grant-unanswered':
      return lasting('grantRefusedTitle', say('grantUnanswered'));
    case 'page':
      return { ...pageMessage(trouble.failure), tone: 'alert', canRetry: true };
  }
}

function otherCookieMessage({ clue, name, isClearing }: Extract<Trouble, { readonly kind: 'other-cookie' }>): Message {
  const isSeen = clue === 'seen' || clue === 'seen-at-root';
  const title = isClearing ? 'notClearedTitle' : isSeen ? 'shadowedTitle' : 'notStoredTitle';
  const text = say(COOKIE_CLUES[clue], name);
  return lasting(title, clue === 'needs-https' ? text : `${text} ${say('deleteCookie', name)}`);
}

const COOKIE_CLUES: Readonly<Record<CookieClue, Word>> = {
  'needs-https': 'cookieNeedsHttps',
  unseen: 'cookieUnseen',
  'unseen-on-http': 'cookieUnseenOnHttp',
  seen: 'cookieSeen',
  'seen-at-root': 'cookieSeenAtRoot',
};
