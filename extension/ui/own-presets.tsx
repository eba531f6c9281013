import type { JSX } from 'preact';
import type { Preset } from '../app/presets.ts';
import type { Ready } from '../app/session-state.ts';
import type { Sharing } from '../app/share-desk.ts';
import type { ShareActions } from './actions.ts';
import { NameForm } from './name-form.tsx';
import { presetObstacleText } from './preset-obstacle.ts';
import { ScenarioItem } from './scenario-item.tsx';
import { say } from './words.ts';

interface OwnPresetsProps {
  readonly site: Ready;
  readonly sharing: Sharing;
  readonly actions: ShareActions;
}

/** The sets of overrides that the person has saved for this site. */
export function OwnPresets({ site, sharing, actions }: OwnPresetsProps): JSX.Element {
  const { presets, deleted, obstacle, unfolded } = sharing;
  return (
    <>
      <h3>{say('presets')}</h3>
      {deleted && (
        <p class="undo" role="status">
          {say('presetDeleted', deleted.preset.name)}{' '}
          <button type="button" data-action="undo" class="link" onClick={() => actions.restorePreset()}>
            {say('undo')}
          </button>
        </p>
      )}
      {presets.length === 0 && <p class="quiet">{say('noPresets')}</p>}
      <ul class="scenarios">
        {presets.map((preset, at) => (
          <ScenarioItem
            key={preset.name}
            by="person"
            scenario={preset}
            site={site}
            unfolded={unfolded}
            actions={actions}
          >
            <PresetTools preset={preset} isFirst={at === 0} isLast={at === presets.length - 1} actions={actions} />
          </ScenarioItem>
        ))}
      </ul>
      {obstacle && (
        <p class="doubt" role="alert">
          {presetObstacleText(obstacle)}
        </p>
      )}
      <NameForm
        label={say('presetName')}
        button={say('savePreset')}
        action="save-preset"
        isDisabled={site.stored.variants.size === 0}
        onName={(name) => actions.savePreset(name)}
      />
    </>
  );
}

interface PresetToolsProps {
  readonly preset: Preset;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly actions: ShareActions;
}

function PresetTools({ preset: { name }, isFirst, isLast, actions }: PresetToolsProps): JSX.Element {
  return (
    <>
      <p class="buttons">
        <button
          type="button"
          data-action="move-up"
          class="link"
          disabled={isFirst}
          onClick={() => actions.movePreset(name, -1)}
        >
          {say('moveUp')}
        </button>
        <button
          type="button"
          data-action="move-down"
          class="link"
          disabled={isLast}
          onClick={() => actions.movePreset(name, 1)}
        >
          {say('moveDown')}
        </button>
        <button type="button" data-action="delete" class="link" onClick={() => actions.deletePreset(name)}>
          {say('deletePreset')}
        </button>
      </p>
      <NameForm
        label={say('newName', name)}
        button={say('rename')}
        action="rename"
        isDisabled={false}
        onName={(text) => actions.renamePreset(name, text)}
      />
    </>
  );
}
