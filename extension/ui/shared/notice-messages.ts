import type { ManifestProblem } from '../../../server-lib/wire.ts';
import type { DirectFetchDenial, PageFailure } from '../../app/session/page-port.ts';
import type { AbsenceReason, ManifestFetchError } from '../../app/session/session-state.ts';
import { type MessageKey, t } from '../i18n/translate.ts';

/** A notice that is shown instead of the flags or beside them. */
export interface Message {
  readonly tone: 'calm' | 'alert';
  readonly title: string;
  readonly text: string;
  /** Whether trying again can help. */
  readonly canRetry: boolean;
}

export function pageMessage(failure: PageFailure): Message {
  switch (failure) {
    case 'not-a-web-page':
      return calmMessage('notAWebPageTitle', t('notAWebPage'));
    case 'timed-out':
      return retryableError('pageBusyTitle', t('pageBusy'));
    case 'elsewhere':
      return retryableError('pageChangedTitle', t('pageChanged'));
    case 'refused':
      return calmMessage('pageRefusedTitle', t('pageRefused'));
    case 'no-access':
      return calmMessage('pageRefusedTitle', t('pageNoAccess'));
  }
}

export function absenceMessage(why: AbsenceReason): Message {
  return calmMessage('noManifestTitle', absenceText(why));
}

function absenceText(why: AbsenceReason): string {
  switch (why.kind) {
    case 'status':
      return t('noManifestStatus', why.status);
    case 'media-type':
      return why.mediaType === '' ? t('noManifestNoMediaType') : t('noManifestMediaType', why.mediaType);
    case 'redirected':
      return t('noManifestRedirected');
  }
}

export function manifestErrorMessage(problem: ManifestFetchError): Message {
  switch (problem.kind) {
    case 'server-error':
      return retryableError('serverErrorTitle', t('serverError', problem.status));
    case 'request-refused':
      return retryableError('requestRefusedTitle', t('requestRefused', problem.status));
    case 'timed-out':
      return retryableError('manifestLateTitle', t('manifestLate'));
    case 'unreachable':
      return retryableError('unreachableTitle', unreachableText(problem.isUpgraded));
    case 'blocked-by-page':
      return permanentError('blockedByPageTitle', t(BLOCKED_REASONS[problem.directFetch]));
    case 'too-large':
      return permanentError('manifestTooLargeTitle', t('manifestTooLarge'));
    case 'charset':
      return permanentError('malformedTitle', t('malformedCharset', problem.charset));
    case 'malformed':
      return permanentError('malformedTitle', malformedText(problem.manifest));
  }
}

function unreachableText(isUpgraded: boolean | 'perhaps'): string {
  if (isUpgraded === 'perhaps') return t('unreachableOnHttp');
  return isUpgraded ? t('unreachableUpgraded') : t('unreachable');
}

const BLOCKED_REASONS: Readonly<Record<DirectFetchDenial, MessageKey>> = {
  none: 'blockedByPage',
  'no-permission': 'blockedWithoutPermission',
  'other-session': 'blockedInOtherSession',
};

function malformedText(problem: ManifestProblem): string {
  switch (problem.kind) {
    case 'not-json':
      return t('malformedJson');
    case 'not-a-manifest':
      return t('malformedManifest');
    case 'version':
      return t('malformedVersion', problem.version);
  }
}

const calmMessage = (title: MessageKey, text: string): Message => ({
  tone: 'calm',
  title: t(title),
  text,
  canRetry: false,
});

export const permanentError = (title: MessageKey, text: string): Message => ({
  tone: 'alert',
  title: t(title),
  text,
  canRetry: false,
});

export const retryableError = (title: MessageKey, text: string): Message => ({
  tone: 'alert',
  title: t(title),
  text,
  canRetry: true,
});
