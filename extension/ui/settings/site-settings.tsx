import type { JSX, TargetedSubmitEvent } from 'preact';
import type { InvalidField, Settings } from '../../app/settings/settings.ts';
import { t } from '../i18n/translate.ts';

interface PinnedSitesProps {
  readonly sites: readonly string[];
  readonly onUnpin: (site: string) => void;
}

/** The pinned sites, each with a button that unpins it. */
export function PinnedSites({ sites, onUnpin }: PinnedSitesProps): JSX.Element {
  if (sites.length === 0) return <p class="none">{t('nothingPinned')}</p>;
  return (
    <ul>
      {sites.map((site) => {
        const name = site === '<all_urls>' ? t('allSites') : site;
        return (
          <li key={site} class="line">
            <span class="address">{name}</span>
            <button type="button" aria-label={t('unpinSite', name)} onClick={() => onUnpin(site)}>
              {t('unpin')}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

interface ManifestPathsProps {
  readonly paths: Settings['manifestPaths'];
  readonly wrong: InvalidField | undefined;
  readonly actions: {
    addPath(site: string, path: string): boolean;
    removePath(origin: string): void;
  };
}

/** The manifest paths of sites, each with a button that removes it, and a form that adds one. */
export function ManifestPaths({ paths, wrong, actions }: ManifestPathsProps): JSX.Element {
  const add = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    if (actions.addPath(String(fields.get('site')), String(fields.get('path')))) form.reset();
  };
  return (
    <>
      {paths.size > 0 && (
        <ul>
          {[...paths].map(([origin, path]) => (
            <li key={origin} class="line">
              <span class="address">
                {origin}
                <b>{path}</b>
              </span>
              <button type="button" aria-label={t('removePath', origin)} onClick={() => actions.removePath(origin)}>
                {t('remove')}
              </button>
            </li>
          ))}
        </ul>
      )}
      <form onSubmit={add}>
        <Field name="site" label={t('site')} example="http://localhost:3000" isWrong={wrong === 'site'} />
        <Field name="path" label={t('path')} example="/flags.json" isWrong={wrong === 'path'} />
        <button type="submit">{t('addPath')}</button>
        {wrong !== undefined && (
          <p class="wrong" id="wrong" role="alert">
            {wrong === 'site' ? t('notASite') : t('notAPath')}
          </p>
        )}
      </form>
    </>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly example: string;
  readonly isWrong: boolean;
}

function Field({ name, label, example, isWrong }: FieldProps): JSX.Element {
  return (
    <label class={`field ${name}`}>
      {label}
      <input
        type="text"
        name={name}
        placeholder={example}
        dir="ltr"
        spellcheck={false}
        autocomplete="off"
        required
        aria-invalid={isWrong}
        aria-describedby={isWrong ? 'wrong' : undefined}
      />
    </label>
  );
}
