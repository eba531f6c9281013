import type { JSX } from 'preact';
import { isContextKey } from '../../../server-lib/wire.ts';
import type { Ready } from '../../app/session/session-state.ts';
import {
  type ApplyMode,
  type OverridePlan,
  type PlannedChange,
  type ProposedOverrides,
  planOverrides,
  type RefusedOverride,
} from '../../app/sharing/override-plan.ts';
import { readProposal } from '../../app/sharing/share-link.ts';
import { ignoredText } from '../flags/flag-texts.ts';
import { t, tCount } from '../i18n/translate.ts';
import type { SharingActions } from '../popup/popup-actions.ts';
import { writeErrorMessage } from '../shared/write-error.tsx';
import { contextName, contextText } from '../view-as/context-form.tsx';

interface PlanPreviewProps {
  readonly site: Ready;
  readonly proposed: ProposedOverrides;
  readonly onApply: (mode: ApplyMode) => void;
}

/** What proposed overrides would change, flag by flag, and the buttons that add them or replace all with them. */
export function PlanPreview({ site, proposed, onApply }: PlanPreviewProps): JSX.Element {
  const added = planOverrides(site, proposed, 'add');
  const replaced = planOverrides(site, proposed, 'replace');
  const known = new Set(added.changes.map(({ flag }) => flag));
  const removed = replaced.changes.filter(({ flag }) => !known.has(flag));
  const isAllowed = site.manifest.overrides.state === 'enabled';
  return (
    <div class="plan">
      <ChangeList entries={added.changes} textOf={changeText} />
      <div class="refused">
        <ChangeList entries={added.refused} textOf={refusalText} />
      </div>
      {added.same.length > 0 && <p class="quiet">{tCount('setAlready', added.same.length)}</p>}
      <TooLarge plan={added} />
      {removed.length > 0 && <p class="quiet">{t('replacingRemoves')}</p>}
      <ChangeList entries={removed} textOf={changeText} />
      <p class="buttons">
        <button
          type="button"
          data-action="apply"
          value="add"
          class="primary"
          disabled={!isAllowed || added.changes.length === 0 || added.excess > 0}
          onClick={() => onApply('add')}
        >
          {t('applyAdd')}
        </button>
        {removed.length > 0 && (
          <button
            type="button"
            data-action="apply"
            value="replace"
            disabled={!isAllowed || replaced.excess > 0}
            onClick={() => onApply('replace')}
          >
            {t('applyReplace')}
          </button>
        )}
      </p>
    </div>
  );
}

// More than fit in a cookie; only a pasted string can have more.
const MAX_SHOWN = 300;

interface ChangeListProps<Entry extends { readonly flag: string }> {
  readonly entries: readonly Entry[];
  readonly textOf: (entry: Entry) => string;
}

function ChangeList<Entry extends { readonly flag: string }>({ entries, textOf }: ChangeListProps<Entry>): JSX.Element {
  const more = entries.length - MAX_SHOWN;
  return (
    <ul>
      {entries.slice(0, MAX_SHOWN).map((entry) => (
        <li key={entry.flag} data-change={entry.flag}>
          <b dir="ltr">{isContextKey(entry.flag) ? contextName(entry.flag) : entry.flag}</b>{' '}
          <span>{textOf(entry)}</span>
        </li>
      ))}
      {more > 0 && <li>{t('andMore', more)}</li>}
    </ul>
  );
}

function changeText({ flag, from, to }: PlannedChange): string {
  const text = (value: PlannedChange['from']): string =>
    isContextKey(flag) && value !== '' ? contextText(flag, value) : variantText(value);
  return t('planChange', text(from), text(to));
}

const refusalText = ({ variant, code }: RefusedOverride): string =>
  code === 'not-a-string' ? t('notAVariant') : ignoredText(code, variant ?? '');

function TooLarge({ plan: { excess } }: { readonly plan: OverridePlan }): JSX.Element | null {
  return excess > 0 ? <p class="doubt">{writeErrorMessage({ kind: 'too-large', excess }).text}</p> : null;
}

function variantText(variant: PlannedChange['from']): string {
  if (variant === undefined) return t('noOverride');
  return variant === '' ? t('notAVariant') : variant;
}

interface ProposalCardProps {
  readonly site: Ready;
  readonly dismissed: string | undefined;
  readonly actions: Pick<SharingActions, 'apply' | 'dismiss'>;
}

/** The overrides that the page's URL proposes. Only a click applies them. */
export function ProposalCard({ site, dismissed, actions }: ProposalCardProps): JSX.Element | null {
  const { href } = site.record;
  const proposal = dismissed === href ? undefined : readProposal(site);
  if (proposal === undefined) return null;
  return (
    <section class="proposal" aria-label={t('proposal')}>
      <div>
        <h2>{t('proposal')}</h2>
        <button type="button" data-action="dismiss" class="link" onClick={() => actions.dismiss(href)}>
          {t('notNow')}
        </button>
      </div>
      {proposal.kind === 'unreadable' ? (
        <p class="doubt">{t('proposalUnreadable')}</p>
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
