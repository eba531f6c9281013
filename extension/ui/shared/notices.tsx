import type { ComponentChildren, JSX } from 'preact';
import { t } from '../i18n/translate.ts';
import type { Message } from './notice-messages.ts';

interface NoticeProps {
  readonly message: Message;
  readonly onRetry: () => void;
  /** Further actions. */
  readonly children?: ComponentChildren;
}

/** A calm notice, or an alert. */
export function Notice({ message: { tone, title, text, canRetry }, onRetry, children }: NoticeProps): JSX.Element {
  return (
    <div class={`notice ${tone}`} role={tone === 'calm' ? 'status' : 'alert'}>
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
      {canRetry && (
        <button type="button" data-action="retry" class="primary" onClick={onRetry}>
          {t('retry')}
        </button>
      )}
    </div>
  );
}

/** A link to the documentation, or to a section of it. */
export function ReadmeLink({ section = '', children }: ReadmeLinkProps): JSX.Element {
  return (
    <a href={`https://www.npmjs.com/package/gatekeeper-flags${section}`} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  );
}

interface ReadmeLinkProps {
  /** The fragment of a section, such as `#install`. */
  readonly section?: string;
  readonly children: ComponentChildren;
}

/** Calm facts beside the flags, one per line. */
export function Facts({ lines }: { readonly lines: readonly string[] }): JSX.Element | null {
  if (lines.length === 0) return null;
  return (
    <div class="facts" role="status">
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  );
}
