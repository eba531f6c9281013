import type { IgnoredCode, ManifestProblem, Source } from '../../server-lib/wire.ts';
import type { Doubt } from '../app/flag-rows.ts';
import type { Absence, Problem } from '../app/manifest-outcome.ts';
import type { ErrandFailure } from '../app/ports.ts';
import type { Ready, Trouble } from '../app/session-state.ts';

/** What is said instead of the flags, or beside them. */
export interface Message {
  readonly tone: 'calm' | 'alert';
  readonly title: string;
  readonly text: string;
  /** Whether trying again can help. */
  readonly canRetry: boolean;
}

/** Where a variant came from, in a person's words. */
export const SOURCE_WORDS: Readonly<Record<Source, string>> = {
  override: 'your override',
  user: 'user list',
  rule: 'rule',
  code: 'code',
  default: 'default',
  error: 'error, so the default',
};

export function pageMessage(failure: ErrandFailure): Message {
  switch (failure) {
    case 'not-a-web-page':
      return calm('Not a web page', 'Gatekeeper works on sites, that is, on pages with an http or https address.');
    case 'timed-out':
      return passing('The page does not answer', 'It has been busy for more than five seconds.');
    case 'elsewhere':
      return passing('The page changed', 'Another page was loaded in this tab meanwhile. Nothing was written.');
    case 'refused':
      return calm(
        'The browser keeps extensions out of this page',
        'If this is your own site, close this and click the toolbar button again: the click is what lets Gatekeeper in.',
      );
  }
}

export function absenceMessage(why: Absence): Message {
  return calm('No flag manifest on this site', `${absence(why)} Sites that use Gatekeeper show their flags here.`);
}

function absence(why: Absence): string {
  switch (why.kind) {
    case 'status':
      return `It answered ${why.status} where the manifest would be.`;
    case 'media-type':
      return `It answered with ${why.mediaType === '' ? 'no media type' : why.mediaType} where a manifest would be application/json.`;
    case 'redirected':
      return 'It redirected the request for the manifest elsewhere.';
  }
}

export function problemMessage(problem: Problem): Message {
  switch (problem.kind) {
    case 'server-error':
      return passing('Server error', `The site answered ${problem.status} when asked for its manifest.`);
    case 'request-refused':
      return passing(
        'The server refused the request',
        `It answered ${problem.status}, as servers do when cookies grow too large. Clearing the overrides may help.`,
      );
    case 'timed-out':
      return passing('Time-out', 'The site did not send its manifest within five seconds.');
    case 'unreachable':
      return passing('The site cannot be reached', 'The request for the manifest failed. Are you online?');
    case 'blocked-by-page':
      return lasting(
        'The page forbids the request',
        "Its Content-Security-Policy has no connect-src 'self', and Firefox holds extensions to it. Another page of the site may do.",
      );
    case 'too-large':
      return lasting('The manifest is too large', 'It is larger than 1 MiB, the most that is read.');
    case 'charset':
      return lasting('Malformed manifest', `It is sent as ${problem.charset}; a manifest is UTF-8.`);
    case 'malformed':
      return lasting('Malformed manifest', malformation(problem.manifest));
  }
}

function malformation(problem: ManifestProblem): string {
  switch (problem.kind) {
    case 'not-json':
      return 'What the site sent is not JSON.';
    case 'not-a-manifest':
      return 'What the site sent is not a Gatekeeper manifest.';
    case 'version':
      return `The manifest is of version ${problem.version}; this extension reads version 1.`;
  }
}

export function troubleMessage(trouble: Trouble): Message {
  switch (trouble.kind) {
    case 'too-large':
      return lasting(
        'The override does not fit',
        `The cookie would be ${count(trouble.excess, 'byte')} too large. Take other overrides away first.`,
      );
    case 'cookies-blocked':
      return lasting('The browser keeps no cookies here', 'Allow cookies for this site, then choose again.');
    case 'hidden-cookie':
      return lasting(
        'The override was not stored',
        'The browser did not take the cookie. The site may hold an HttpOnly cookie of the same name, which an extension cannot replace.',
      );
    case 'shadowed':
      return lasting(
        'Another cookie hides the override',
        'The site holds a second cookie of the same name for a longer path, and that one counts.',
      );
    case 'contended':
      return passing('The override was not stored', 'The page keeps changing the cookie itself.');
    case 'not-received':
      return lasting(
        'The server did not use the override',
        'The cookie is stored, but the server decided otherwise. An HttpOnly cookie of the same name, or a proxy, may be in the way.',
      );
    case 'grant-refused':
      return lasting('No permission', 'The site did not give it. Are you signed in as somebody who may have it?');
    case 'page':
      return { ...pageMessage(trouble.failure), tone: 'alert', canRetry: true };
  }
}

export function doubtText(doubt: Doubt): string {
  return doubt.kind === 'not-used' ? 'The server did not use your override.' : ignoredText(doubt.code, doubt.variant);
}

/** Why the server left an override out. */
export function ignoredText(code: IgnoredCode, variant: string): string {
  return IGNORED_WORDS[code](variant);
}

const IGNORED_WORDS: Readonly<Record<IgnoredCode, (variant: string) => string>> = {
  'unknown-flag': () => 'Ignored: the site does not know this flag.',
  'unknown-variant': (variant) => `Ignored: the flag has no variant ${variant}.`,
  'not-a-string': () => 'Ignored: the cookie holds something that is not a variant.',
  locked: () => 'Ignored: this flag cannot be overridden.',
  'out-of-scope': () => 'Ignored: your permission does not cover this flag.',
};

/** What is to be said of a site's flags as a whole, a line each. */
export function siteFacts({ manifest, dropped, stored }: Ready, searchedInVain: string): readonly string[] {
  const where = manifest.environment === undefined ? '' : ` (${manifest.environment})`;
  const lines = {
    [`Overriding is disabled on this site${where}, so the flags are shown read-only.`]:
      manifest.overrides.state === 'disabled',
    'Overriding needs permission on this site, so the flags are shown read-only.':
      manifest.overrides.state === 'grant-required' && manifest.overrides.grantUrl === undefined,
    [`Your override cookie is ${stored.problem}, so it counts for nothing.`]: stored.problem !== undefined,
    [`${dropped} ${dropped === 1 ? 'entry' : 'entries'} of the manifest ${dropped === 1 ? 'was' : 'were'} dropped.`]:
      dropped > 0,
    'This site has no flags yet.': manifest.flags.length === 0,
    [`No flag matches “${searchedInVain}”.`]: searchedInVain !== '' && manifest.flags.length > 0,
  };
  return Object.entries(lines).flatMap(([line, holds]) => (holds ? [line] : []));
}

/** A number with its noun. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

const calm = (title: string, text: string): Message => ({ tone: 'calm', title, text, canRetry: false });
const lasting = (title: string, text: string): Message => ({ tone: 'alert', title, text, canRetry: false });
const passing = (title: string, text: string): Message => ({ tone: 'alert', title, text, canRetry: true });
