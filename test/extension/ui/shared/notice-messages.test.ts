import '../../../helpers/vitest/english.ts';
import { describe, expect, test } from 'vitest';
import type { OverrideWarning } from '../../../../extension/app/flags/flag-rows.ts';
import type { PageFailure } from '../../../../extension/app/session/page-port.ts';
import type {
  AbsenceReason,
  CookieClue,
  ManifestFetchError,
  WriteError,
} from '../../../../extension/app/session/session-state.ts';
import { sourceText, warningText } from '../../../../extension/ui/flags/flag-texts.ts';
import {
  absenceMessage,
  type Message,
  manifestErrorMessage,
  pageMessage,
} from '../../../../extension/ui/shared/notice-messages.ts';
import { writeErrorMessage } from '../../../../extension/ui/shared/write-error.tsx';
import type { IgnoredCode, Source } from '../../../../server-lib/wire.ts';

// One of each kind: if a kind is missing here, the file does not compile.
const FAILURES: Readonly<Record<PageFailure, true>> = {
  elsewhere: true,
  'not-a-web-page': true,
  refused: true,
  'no-access': true,
  'timed-out': true,
};
const ABSENCES: { readonly [Kind in AbsenceReason['kind']]: Extract<AbsenceReason, { kind: Kind }> } = {
  status: { kind: 'status', status: 404 },
  'media-type': { kind: 'media-type', mediaType: 'text/html' },
  redirected: { kind: 'redirected' },
};
const PROBLEMS: { readonly [Kind in ManifestFetchError['kind']]: Extract<ManifestFetchError, { kind: Kind }> } = {
  'server-error': { kind: 'server-error', status: 503 },
  'request-refused': { kind: 'request-refused', status: 431 },
  'timed-out': { kind: 'timed-out' },
  unreachable: { kind: 'unreachable', isUpgraded: false },
  'blocked-by-page': { kind: 'blocked-by-page', directFetch: 'none' },
  'too-large': { kind: 'too-large' },
  charset: { kind: 'charset', charset: 'utf-7' },
  malformed: { kind: 'malformed', manifest: { kind: 'not-json' } },
};
const WRITE_ERRORS: Readonly<Record<WriteError['kind'], WriteError>> = {
  'too-large': { kind: 'too-large', excess: 1 },
  'cookies-blocked': { kind: 'cookies-blocked' },
  'other-cookie': { kind: 'other-cookie', clue: 'seen', name: 'gatekeeper', isClearing: false },
  contended: { kind: 'contended' },
  'not-received': { kind: 'not-received', name: 'gatekeeper' },
  'grant-refused': { kind: 'grant-refused' },
  'grant-unanswered': { kind: 'grant-unanswered' },
  page: { kind: 'page', failure: 'refused' },
};
const CLUES: Readonly<Record<CookieClue, true>> = {
  'needs-https': true,
  unseen: true,
  'unseen-on-http': true,
  seen: true,
};
const CODES: Readonly<Record<IgnoredCode, true>> = {
  'unknown-flag': true,
  'unknown-variant': true,
  'not-a-string': true,
  locked: true,
  'out-of-scope': true,
  'unknown-attribute': true,
  'invalid-value': true,
};
const SOURCES: Readonly<Record<Source, true>> = {
  override: true,
  user: true,
  rule: true,
  code: true,
  default: true,
  error: true,
  provider: true,
};

const keysOf = <Key extends string>(record: Readonly<Record<Key, unknown>>): readonly Key[] =>
  Object.keys(record) as Key[];

const messages: readonly (readonly [string, Message])[] = [
  ...keysOf(FAILURES).map((kind) => [`page ${kind}`, pageMessage(kind)] as const),
  ...keysOf(ABSENCES).map((kind) => [`absent ${kind}`, absenceMessage(ABSENCES[kind])] as const),
  ...keysOf(PROBLEMS).map((kind) => [`problem ${kind}`, manifestErrorMessage(PROBLEMS[kind])] as const),
  ...keysOf(WRITE_ERRORS).map((kind) => [`error ${kind}`, writeErrorMessage(WRITE_ERRORS[kind])] as const),
  ...keysOf(FAILURES).map((failure) => [`error ${failure}`, writeErrorMessage({ kind: 'page', failure })] as const),
];

describe('the message for', () => {
  test.each(messages)('%s has a title and a text of complete sentences', (_, { title, text }) => {
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(text).toMatch(/^[A-Z].*[.?]$/);
    expect(`${title} ${text}`).not.toMatch(/undefined|\[object|NaN| {2}/);
  });

  test.each(messages.filter(([kind]) => /^(problem|error)/.test(kind)))('%s is an alert', (_, { tone }) => {
    expect(tone).toBe('alert');
  });

  test.each(messages.filter(([kind]) => kind.startsWith('absent')))('%s is calm', (_, { tone }) => {
    expect(tone).toBe('calm');
  });

  test('each kind has a different message', () => {
    const own = messages.slice(0, -keysOf(FAILURES).length).filter(([kind]) => kind !== 'error page');

    expect(new Set(own.map(([, { title, text }]) => `${title} ${text}`)).size).toBe(own.length);
  });
});

describe('the message about another cookie', () => {
  const messageFor = (clue: CookieClue, isClearing = false): string => {
    const { title, text } = writeErrorMessage({ kind: 'other-cookie', clue, name: '__Host-gatekeeper', isClearing });
    return `${title}. ${text}`;
  };

  test.each([
    // clue              possible causes                      impossible causes
    ['seen', /tried to delete it/, /HttpOnly|Secure|longer path/],
    ['unseen', /HttpOnly/, /longer path|Partitioned|Secure|https/],
    ['unseen-on-http', /Secure or HttpOnly/, /longer path|Partitioned/],
    ['needs-https', /https/, /HttpOnly|longer path|Partitioned|developer tools/],
  ] as const)('for the clue %s mentions %s, and not %s', (clue, may, cannot) => {
    expect(messageFor(clue)).toMatch(may);
    expect(messageFor(clue)).not.toMatch(cannot);
  });

  test.each(keysOf(CLUES))('has the cookie’s name for the clue %s', (clue) => {
    expect(messageFor(clue)).toContain('__Host-gatekeeper');
  });

  test('distinguishes an override that was not stored from a cookie that was not cleared', () => {
    expect(messageFor('seen')).toContain('Another cookie hides your choice');
    expect(messageFor('seen', true)).toContain('Another cookie remains');
  });
});

test.each([
  // the browser sent the request over https   message
  [false, /^The request for the flags failed\. Are you online\?$/],
  ['perhaps', /Are you online\?.*If.*upgrade-insecure-requests/],
  [true, /^The page’s Content-Security-Policy contains upgrade-insecure-requests/],
] as const)('the message for an unreachable site, upgraded %s, matches %s', (isUpgraded, text) => {
  expect(manifestErrorMessage({ kind: 'unreachable', isUpgraded }).text).toMatch(text);
});

test('the message for a tab without access says what a click does, and when it does not help', () => {
  expect(pageMessage('no-access').text).toMatch(/click the toolbar button again.*user name and password.*new tab/);
  expect(pageMessage('refused').text).not.toMatch(/password/);
});

test.each(keysOf(CODES))('an override that is ignored as %s has a message with the reason', (code) => {
  const warning: OverrideWarning = { kind: 'ignored', code, variant: 'GONE' };

  expect(warningText(warning)).toMatch(/^[A-Z].*\.$/);
  expect(warningText(warning).includes('GONE')).toBe(code === 'unknown-variant');
});

test('an override that is not used has a message', () => {
  expect(warningText({ kind: 'not-used' })).toMatch(/^[A-Z].*\.$/);
});

test('every source has a different text', () => {
  const texts = keysOf(SOURCES).map((source) => sourceText(source));

  expect(texts.every((text) => /\w/.test(text))).toBe(true);
  expect(new Set(texts).size).toBe(texts.length);
});

test.each([
  // source   reason             text
  ['rule', 'SPLIT', 'rule · by percentage'],
  ['rule', 'TARGETING_MATCH', 'rule · by condition'],
  ['rule', 'DISABLED', 'rule · switched off'],
  ['rule', 'STATIC', 'rule'],
  ['rule', 'toString', 'rule'],
  ['rule', undefined, 'rule'],
  ['user', 'TARGETING_MATCH', 'user list'],
  ['provider', 'SPLIT', 'provider'],
  ['experiment', undefined, 'experiment'],
  ['toString', undefined, 'toString'],
])('the source %s with the reason %s is "%s"', (source, reason, texts) => {
  expect(sourceText(source, reason)).toBe(texts);
});
