import type { JSX } from 'preact';
import { siteRows } from '../../app/flags/flag-rows.ts';
import type { PanelActions, PanelState } from '../../app/requests/panel-state.ts';
import type { Ready, SessionState } from '../../app/session/session-state.ts';
import { FlagCard, today } from '../flags/flag-card.tsx';
import { t } from '../i18n/translate.ts';
import type { ViewAsInput } from '../popup/popup-actions.ts';
import { absenceMessage, type Message, manifestErrorMessage, pageMessage } from '../shared/notice-messages.ts';
import { Notice } from '../shared/notices.tsx';
import { writeErrorMessage } from '../shared/write-error.tsx';
import { ContextForm, SimulatedLine } from '../view-as/context-form.tsx';

interface PanelFlagProps {
  readonly flag: string;
  readonly panel: PanelState;
  readonly session: SessionState;
  readonly canReach: boolean;
  readonly viewAs: ViewAsInput;
  readonly actions: PanelActions;
}

/** The flag that the user selected to override: its variants, or why it cannot be overridden. */
export function PanelFlag({ flag, panel, session, canReach, viewAs, actions }: PanelFlagProps): JSX.Element {
  return (
    <aside aria-label={t('panelOverride', flag)} aria-busy={canReach && session.kind === 'loading'}>
      <button type="button" class="link close" onClick={actions.deselect}>
        {t('panelClose')}
      </button>
      {canReach ? (
        <FlagContent flag={flag} panel={panel} session={session} viewAs={viewAs} actions={actions} />
      ) : (
        <Notice message={calmNotice(flag, t('panelCannotReach'))} onRetry={actions.retry} />
      )}
    </aside>
  );
}

function FlagContent({ flag, panel, session, viewAs, actions }: Omit<PanelFlagProps, 'canReach'>): JSX.Element | null {
  switch (session.kind) {
    case 'loading':
      return <p class="none">{t('reading')}</p>;
    case 'unreachable-page':
      return (session.failure === 'refused' || session.failure === 'no-access') && panel.site !== undefined ? (
        <AllowSite site={panel.site} isRefused={panel.isRefused} onAllow={actions.allowSite} />
      ) : (
        <Notice message={pageMessage(session.failure)} onRetry={actions.retry} />
      );
    case 'absent':
      return <Notice message={absenceMessage(session.why)} onRetry={actions.retry} />;
    case 'faulty':
      return <Notice message={manifestErrorMessage(session.problem)} onRetry={actions.retry} />;
    case 'ready':
      return <Card flag={flag} session={session} viewAs={viewAs} actions={actions} />;
  }
}

interface AllowSiteProps {
  readonly site: string;
  readonly isRefused: boolean;
  readonly onAllow: (site: string) => void;
}

/** Asks for access to this site only. In the popup, the click on the toolbar button gives this access. */
function AllowSite({ site, isRefused, onAllow }: AllowSiteProps): JSX.Element {
  const { host } = new URL(site);
  return (
    <div class="notice calm">
      <h2>{t('panelAllowTitle', host)}</h2>
      <p>{t('panelAllowWhy')}</p>
      <button type="button" class="primary" onClick={() => onAllow(site)}>
        {t('panelAllow', host)}
      </button>
      {isRefused && <p role="alert">{t('panelNotAllowed')}</p>}
    </div>
  );
}

interface CardProps {
  readonly flag: string;
  readonly session: Ready;
  readonly viewAs: ViewAsInput;
  readonly actions: PanelActions;
}

function Card({ flag, session, viewAs, actions }: CardProps): JSX.Element {
  const { writeError, changed } = session;
  const row = siteRows(session, today()).find((one) => one.flag.name === flag);
  return (
    <>
      {writeError && <Notice message={writeErrorMessage(writeError)} onRetry={actions.retry} />}
      {row === undefined ? (
        <Notice message={calmNotice(flag, t('panelNotListed', new URL(session.origin).host))} onRetry={actions.retry} />
      ) : (
        <FlagCard row={row} visited={[]} onChoose={(variant) => actions.choose(flag, variant)} />
      )}
      <p class="after">
        <button type="button" class={changed ? 'primary' : ''} onClick={actions.reload}>
          {t('reload')}
        </button>
      </p>
      <SimulatedLine site={session} onStop={actions.removeOverrides} />
      {session.manifest.context && session.manifest.overrides.state === 'enabled' && (
        <details>
          <summary data-action="view-as">{t('viewAs')}</summary>
          <ContextForm site={session} input={viewAs} actions={actions} />
        </details>
      )}
    </>
  );
}

const calmNotice = (title: string, text: string): Message => ({ tone: 'calm', title, text, canRetry: false });
