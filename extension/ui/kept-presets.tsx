import type { JSX } from 'preact';
import type { KeptPresets, PresetPlace } from '../app/preset-keeper.ts';
import type { Preset, Presets } from '../app/presets.ts';
import { NameForm } from './name-form.tsx';
import { overridesText } from './overrides-text.ts';
import { PresetImport, type PresetImportActions } from './preset-import.tsx';
import { presetObstacleText } from './preset-obstacle.ts';
import { say, sayCount } from './words.ts';

/** What a person can do with the presets of all sites. */
export interface KeptPresetsActions extends PresetImportActions {
  rename(preset: PresetPlace, name: string): void;
  move(preset: PresetPlace, by: -1 | 1): void;
  delete(preset: PresetPlace): void;
  restore(): void;
  export(): void;
}

interface KeptPresetsProps {
  readonly kept: KeptPresets;
  readonly actions: KeptPresetsActions;
}

/** The presets of all sites, with what can be done with each, and the ways out and in. */
export function KeptPresetsList({ kept, actions }: KeptPresetsProps): JSX.Element {
  const { sites, deleted, obstacle } = kept;
  return (
    <>
      {deleted && (
        <p class="undo" role="status">
          {say('presetDeleted', deleted.preset.name)}{' '}
          <button
            key={`${deleted.origin} ${deleted.preset.name}`}
            ref={takeFocus}
            type="button"
            class="link"
            onClick={actions.restore}
          >
            {say('undo')}
          </button>
        </p>
      )}
      {obstacle && (
        <p class="wrong" role="alert">
          {presetObstacleText(obstacle)}
        </p>
      )}
      {sites.size === 0 ? (
        <p class="none">{say('noPresetsAnywhere')}</p>
      ) : (
        <>
          {[...sites].map(([origin, presets]) => (
            <Site key={origin} origin={origin} presets={presets} kept={kept} actions={actions} />
          ))}
          <p>
            <button type="button" onClick={actions.export}>
              {say('exportPresets')}
            </button>
          </p>
        </>
      )}
      <PresetImport kept={kept} actions={actions} />
    </>
  );
}

interface SiteProps extends KeptPresetsProps {
  readonly origin: string;
  readonly presets: Presets;
}

function Site({ origin, presets, kept, actions }: SiteProps): JSX.Element {
  const isIt = (place: PresetPlace | undefined, name: string) => place?.origin === origin && place.name === name;
  return (
    <div class="site-presets">
      <h3 class="address">{origin}</h3>
      <ul>
        {presets.map((preset, at) => (
          <li key={preset.name}>
            <details>
              <summary ref={isIt(kept.current, preset.name) ? takeFocus : null}>
                <b dir="auto">{preset.name}</b>{' '}
                <span class="quiet">{sayCount('overrideCount', Object.keys(preset.overrides).length)}</span>
              </summary>
              <PresetTools
                preset={preset}
                place={{ origin, name: preset.name }}
                isFirst={at === 0}
                isLast={at === presets.length - 1}
                actions={actions}
              />
              {isIt(kept.clash, preset.name) && (
                <p class="wrong" role="alert">
                  {say('presetTaken')}
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
  readonly place: PresetPlace;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly actions: KeptPresetsActions;
}

function PresetTools({ preset, place, isFirst, isLast, actions }: PresetToolsProps): JSX.Element {
  return (
    <>
      <p class="overrides">{overridesText(preset.overrides)}</p>
      <NameForm
        label={say('newName', place.name)}
        button={say('rename')}
        action="rename"
        isDisabled={false}
        onName={(name) => actions.rename(place, name)}
      />
      <p class="line">
        <button type="button" disabled={isFirst} onClick={() => actions.move(place, -1)}>
          {say('moveUp')}
        </button>
        <button type="button" disabled={isLast} onClick={() => actions.move(place, 1)}>
          {say('moveDown')}
        </button>
        <button type="button" onClick={() => actions.delete(place)}>
          {say('deletePreset')}
        </button>
      </p>
    </>
  );
}

// One function for good: it is called when its element comes, not at each drawing.
function takeFocus(element: HTMLElement | null): void {
  element?.focus();
}
