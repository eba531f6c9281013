import type { JSX } from 'preact';
import { proposalOf } from '../app/proposal.ts';
import type { Ready } from '../app/session-state.ts';
import type { ShareActions } from './actions.ts';
import { PlanPreview } from './plan-preview.tsx';
import { say } from './words.ts';

interface ProposalCardProps {
  readonly site: Ready;
  readonly dismissed: string | undefined;
  readonly actions: Pick<ShareActions, 'apply' | 'dismiss'>;
}

/** What the page's own address proposes: shown, and applied only by a click. */
export function ProposalCard({ site, dismissed, actions }: ProposalCardProps): JSX.Element | null {
  const { href } = site.record;
  const proposal = dismissed === href ? undefined : proposalOf(site);
  if (proposal === undefined) return null;
  return (
    <section class="proposal" aria-label={say('proposal')}>
      <div>
        <h2>{say('proposal')}</h2>
        <button type="button" data-action="dismiss" class="link" onClick={() => actions.dismiss(href)}>
          {say('notNow')}
        </button>
      </div>
      {proposal.kind === 'unreadable' ? (
        <p class="doubt">{say('proposalUnreadable')}</p>
      ) : (
        <PlanPreview
          site={site}
          proposed={proposal.proposed}
          onApply={(mode) => actions.apply(proposal.proposed, mode)}
        />
      )}
    </section>
  );
}
