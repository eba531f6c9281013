import type { JSX } from 'preact';
import type { OrphanOverride, RedundantOverride } from '../../app/flags/flag-rows.ts';
import { t, tCount } from '../i18n/translate.ts';
import { ignoredText } from './flag-texts.ts';

interface LeftoversProps {
  readonly orphans: readonly OrphanOverride[];
  readonly onRemove: (name: string) => void;
}

/** The overrides of flags that the site does not list. */
export function Leftovers({ orphans, onRemove }: LeftoversProps): JSX.Element {
  return (
    <>
      {orphans.map((orphan) => (
        <OrphanCard key={orphan.name} orphan={orphan} onRemove={() => onRemove(orphan.name)} />
      ))}
    </>
  );
}

interface OrphanCardProps {
  readonly orphan: OrphanOverride;
  readonly onRemove: () => void;
}

/** An override of a flag that the site does not list: a forgotten one, or that of another site on the host. */
function OrphanCard({ orphan, onRemove }: OrphanCardProps): JSX.Element {
  const { label, variant, code, isElsewhere } = orphan;
  return (
    <section
      class={isElsewhere ? 'card' : 'card doubtful'}
      aria-label={t(isElsewhere ? 'otherSiteOverride' : 'leftover', label)}
    >
      <h2 dir="ltr">{label}</h2>
      <p class="now">{variant ?? t('notAVariant')}</p>
      <p class={isElsewhere ? 'elsewhere' : 'doubt'}>
        {code === undefined ? t('notListed') : isElsewhere ? t('ofOtherSite') : ignoredText(code, variant ?? '')}{' '}
        <button
          type="button"
          data-action="remove"
          class="link"
          aria-label={`${t('removeOverride')}: ${label}`}
          onClick={onRemove}
        >
          {t('removeOverride')}
        </button>
      </p>
    </section>
  );
}

interface RedundantOverridesProps {
  readonly redundant: readonly RedundantOverride[];
  readonly onCleanUp: (flags: readonly string[]) => void;
}

/** The redundant overrides, and the button that removes them. */
export function RedundantOverrides({ redundant, onCleanUp }: RedundantOverridesProps): JSX.Element | null {
  if (redundant.length === 0) return null;
  return (
    <p class="clean-up" role="status">
      <span title={redundant.map(({ label }) => label).join('\n')}>{tCount('idleOverrides', redundant.length)}</span>{' '}
      <button
        type="button"
        data-action="clean-up"
        class="link"
        onClick={() => onCleanUp(redundant.map(({ name }) => name))}
      >
        {t('cleanUp')}
      </button>
    </p>
  );
}
