import type { JSX } from 'preact';
import type { PanelState } from '../app/panel-state.ts';
import type { Ready, SessionState } from '../app/session-state.ts';
import { siteRows } from '../app/site-rows.ts';
import { FlagCard } from './flag-card.tsx';
import { absenceMessage, type Message, pageMessage, problemMessage } from './messages.ts';
import { Notice } from './notices.tsx';
import type { PanelActions } from './panel-actions.ts';
import { today } from './today.ts';
import { troubleMessage } from './trouble-messages.ts';
import { say } from './words.ts';

interface PanelFlagProps {
  readonly flag: string;
  readonly panel: PanelState;
  readonly session: SessionState;
  readonly canReach: boolean;
  readonly actions: PanelActions;
}

/** The flag that somebody wants to override: its variants, or what stands in the way. */
export function PanelFlag({ flag, panel, session, canReach, actions }: PanelFlagProps): JSX.Element {
  return (
    <aside aria-label={say('panelOverride', flag)} aria-busy={canReach && session.kind === 'loading'}>
      <button type="button" class="link close" onClick={actions.unpick}>
        {say('panelClose')}
      </button>
      {canReach ? (
        <Reached flag={flag} panel={panel} session={session} actions={actions} />
      ) : (
        <Notice message={calm(flag, say('panelCannotReach'))} onRetry={actions.retry} />
      )}
    </aside>
  );
}

function Reached({ flag, panel, session, actions }: Omit<PanelFlagProps, 'canReach'>): JSX.Element | null {
  switch (session.kind) {
    case 'loading':
      return <p class="none">{say('reading')}</p>;
    case 'unreachable-page':
      return (session.failure === 'refused' || session.failure === 'no-access') && panel.site !== undefined ? (
        <Doorstep site={panel.site} isRefused={panel.isRefused} onAllow={actions.allow} />
      ) : (
        <Notice message={pageMessage(session.failure)} onRetry={actions.retry} />
      );
    case 'absent':
      return <Notice message={absenceMessage(session.why)} onRetry={actions.retry} />;
    case 'faulty':
      return <Notice message={problemMessage(session.problem)} onRetry={actions.retry} />;
    case 'ready':
      return <Card flag={flag} session={session} actions={actions} />;
  }
}

interface DoorstepProps {
  readonly site: string;
  readonly isRefused: boolean;
  readonly onAllow: (site: string) => void;
}

/** What the click on the toolbar button is elsewhere: the person lets us in, to this site and no other. */
function Doorstep({ site, isRefused, onAllow }: DoorstepProps): JSX.Element {
  const { host } = new URL(site);
  return (
    <div class="notice calm">
      <h2>{say('panelAllowTitle', host)}</h2>
      <p>{say('panelAllowWhy')}</p>
      <button type="button" class="primary" onClick={() => onAllow(site)}>
        {say('panelAllow', host)}
      </button>
      {isRefused && <p role="alert">{say('panelNotAllowed')}</p>}
    </div>
  );
}

interface CardProps {
  readonly flag: string;
  readonly session: Ready;
  readonly actions: PanelActions;
}

function Card({ flag, session, actions }: CardProps): JSX.Element {
  const { trouble, changed } = session;
  const row = siteRows(session, today()).find((one) => one.flag.name === flag);
  return (
    <>
      {trouble && <Notice message={troubleMessage(trouble)} onRetry={actions.retry} />}
      {row === undefined ? (
        <Notice message={calm(flag, say('panelNotListed', new URL(session.origin).host))} onRetry={actions.retry} />
      ) : (
        <FlagCard row={row} visited={[]} onChoose={(variant) => actions.choose(flag, variant)} />
      )}
      <p class="after">
        <button type="button" class={changed ? 'primary' : ''} onClick={actions.reload}>
          {say('reload')}
        </button>
      </p>
    </>
  );
}

const calm = (title: string, text: string): Message => ({ tone: 'calm', title, text, canRetry: false });
