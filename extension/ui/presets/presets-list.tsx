import type { JSX } from 'preact';
import type { ImportState } from '../../app/presets/preset-file.ts';
import type { Preset, Presets } from '../../app/presets/presets.ts';
import type { PresetId, PresetsState } from '../../app/presets/presets-store.ts';
import { t, tCount } from '../i18n/translate.ts';
import type { PresetActions } from '../popup/popup-actions.ts';
import { ImportPresets, type ImportPresetsActions, overridesText } from './import-presets.tsx';
import { NameForm, presetErrorText } from './preset-name-form.tsx';

/** The user's actions on the presets of all sites. */
export interface PresetsActions extends Omit<PresetActions, 'save'>, ImportPresetsActions {
  export(): void;
}

interface PresetsListProps {
  readonly state: PresetsState;
  readonly importState: ImportState;
  readonly actions: PresetsActions;
}

/** The presets of all sites with their actions, export and import. */
export function PresetsList({ state, importState, actions }: PresetsListProps): JSX.Element {
  const { sites, deleted, error } = state;
  return (
    <>
      {deleted && (
        <p class="undo" role="status">
          {t('presetDeleted', deleted.preset.name)}{' '}
          <button
            key={`${deleted.origin} ${deleted.preset.name}`}
            ref={takeFocus}
            type="button"
            class="link"
            onClick={actions.restore}
          >
            {t('undo')}
          </button>
        </p>
      )}
      {error && error.renamed === undefined && (
        <p class="wrong" role="alert">
          {presetErrorText(error.reason)}
        </p>
      )}
      {sites.size === 0 ? (
        <p class="none">{t('noPresetsAnywhere')}</p>
      ) : (
        <>
          {[...sites].map(([origin, presets]) => (
            <SiteSection key={origin} origin={origin} presets={presets} state={state} actions={actions} />
          ))}
          <p>
            <button type="button" onClick={actions.export}>
              {t('exportPresets')}
            </button>
          </p>
        </>
      )}
      <ImportPresets sites={sites} state={importState} actions={actions} />
    </>
  );
}

interface SiteProps extends Omit<PresetsListProps, 'importState'> {
  readonly origin: string;
  readonly presets: Presets;
}

function SiteSection({ origin, presets, state, actions }: SiteProps): JSX.Element {
  const isPreset = (id: PresetId | undefined, name: string) => id?.origin === origin && id.name === name;
  return (
    <div class="site-presets">
      <h3 class="address">{origin}</h3>
      <ul>
        {presets.map((preset, at) => (
          <li key={preset.name}>
            <details>
              <summary ref={isPreset(state.current, preset.name) ? takeFocus : null}>
                <b dir="auto">{preset.name}</b>{' '}
                <span class="quiet">{tCount('overrideCount', Object.keys(preset.overrides).length)}</span>
              </summary>
              <PresetTools
                preset={preset}
                id={{ origin, name: preset.name }}
                isFirst={at === 0}
                isLast={at === presets.length - 1}
                actions={actions}
              />
              {state.error && isPreset(state.error.renamed, preset.name) && (
                <p class="wrong" role="alert">
                  {presetErrorText(state.error.reason)}
                </p>
              )}
            </details>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface PresetToolsProps {
  readonly preset: Preset;
  readonly id: PresetId;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly actions: PresetsActions;
}

function PresetTools({ preset, id, isFirst, isLast, actions }: PresetToolsProps): JSX.Element {
  return (
    <>
      <p class="overrides">{overridesText(preset.overrides)}</p>
      <NameForm
        label={t('newName', id.name)}
        button={t('rename')}
        action="rename"
        isDisabled={false}
        onName={(name) => actions.rename(id, name)}
      />
      <p class="line">
        <button type="button" disabled={isFirst} onClick={() => actions.move(id, -1)}>
          {t('moveUp')}
        </button>
        <button type="button" disabled={isLast} onClick={() => actions.move(id, 1)}>
          {t('moveDown')}
        </button>
        <button type="button" onClick={() => actions.delete(id)}>
          {t('deletePreset')}
        </button>
      </p>
    </>
  );
}

// A constant function, so that Preact calls it only when the element is created and not at each render.
function takeFocus(element: HTMLElement | null): void {
  element?.focus();
}
