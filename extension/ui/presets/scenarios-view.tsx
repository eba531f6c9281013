import type { ComponentChildren, JSX } from 'preact';
import type { Scenario } from '../../../server-lib/wire.ts';
import type { PresetId } from '../../app/presets/presets-store.ts';
import type { Ready } from '../../app/session/session-state.ts';
import type { ExpandedScenario, SharingState } from '../../app/sharing/sharing-store.ts';
import { t, tCount } from '../i18n/translate.ts';
import type { EditablePresets, PresetActions, SharingActions } from '../popup/popup-actions.ts';
import { ViewFrame } from '../popup/view-frame.tsx';
import { PlanPreview } from '../sharing/plan-preview.tsx';
import { NameForm, presetErrorText } from './preset-name-form.tsx';

interface ScenariosViewProps {
  readonly site: Ready;
  readonly sharing: SharingState;
  readonly presets: EditablePresets;
  readonly actions: SharingActions;
  readonly onBack: () => void;
}

/** The site's scenarios and the user's presets. */
export function ScenariosView(props: ScenariosViewProps): JSX.Element {
  const { site, sharing, actions, onBack } = props;
  const { scenarios } = site.manifest;
  return (
    <ViewFrame title={t('scenarios')} onBack={onBack}>
      <h3>{t('siteScenarios')}</h3>
      {scenarios.length === 0 && <p class="quiet">{t('noScenarios')}</p>}
      <ul class="scenarios">
        {scenarios.map((scenario) => (
          <ScenarioItem
            key={scenario.name}
            by="site"
            scenario={scenario}
            site={site}
            expanded={sharing.expanded}
            actions={actions}
          />
        ))}
      </ul>
      <SavedPresets {...props} />
    </ViewFrame>
  );
}

interface ScenarioItemProps {
  readonly by: ExpandedScenario['by'];
  readonly scenario: Scenario;
  readonly site: Ready;
  readonly expanded: ExpandedScenario | undefined;
  readonly actions: Pick<SharingActions, 'expand' | 'apply'>;
  readonly children?: ComponentChildren;
}

/** A named set of overrides; a click shows what it would change. */
function ScenarioItem({ by, scenario, site, expanded, actions, children }: ScenarioItemProps): JSX.Element {
  const { name, description, overrides } = scenario;
  const isExpanded = expanded?.by === by && expanded.name === name;
  const proposed = new Map(Object.entries(overrides));
  return (
    <li>
      <button
        type="button"
        data-action="unfold"
        class="scenario"
        aria-expanded={isExpanded}
        onClick={() => actions.expand(isExpanded ? undefined : { by, name })}
      >
        <b dir="auto">{name}</b> <span class="quiet">{tCount('overrideCount', proposed.size)}</span>
      </button>
      {description && (
        <p class="description" dir="auto" title={description}>
          {description}
        </p>
      )}
      {isExpanded && <PlanPreview site={site} proposed={proposed} onApply={(mode) => actions.apply(proposed, mode)} />}
      {isExpanded && children}
    </li>
  );
}

/** The presets that the user has saved for this site. */
function SavedPresets({ site, sharing, presets, actions }: ScenariosViewProps): JSX.Element {
  const { origin } = site;
  const { sites, deleted, error } = presets.state;
  const saved = sites.get(origin) ?? [];
  return (
    <>
      <h3>{t('presets')}</h3>
      {deleted?.origin === origin && (
        <p class="undo" role="status">
          {t('presetDeleted', deleted.preset.name)}{' '}
          <button type="button" data-action="undo" class="link" onClick={() => presets.restore()}>
            {t('undo')}
          </button>
        </p>
      )}
      {saved.length === 0 && <p class="quiet">{t('noPresets')}</p>}
      <ul class="scenarios">
        {saved.map((preset, at) => (
          <ScenarioItem
            key={preset.name}
            by="user"
            scenario={preset}
            site={site}
            expanded={sharing.expanded}
            actions={actions}
          >
            <PresetTools
              preset={{ origin, name: preset.name }}
              isFirst={at === 0}
              isLast={at === saved.length - 1}
              actions={presets}
            />
          </ScenarioItem>
        ))}
      </ul>
      {error && (
        <p class="doubt" role="alert">
          {presetErrorText(error.reason)}
        </p>
      )}
      <NameForm
        label={t('presetName')}
        button={t('savePreset')}
        action="save-preset"
        isDisabled={site.stored.variants.size === 0}
        onName={(name) => presets.save({ origin, name }, site.stored.variants)}
      />
    </>
  );
}

interface PresetToolsProps {
  readonly preset: PresetId;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly actions: PresetActions;
}

function PresetTools({ preset, isFirst, isLast, actions }: PresetToolsProps): JSX.Element {
  return (
    <>
      <p class="buttons">
        <button
          type="button"
          data-action="move-up"
          class="link"
          disabled={isFirst}
          onClick={() => actions.move(preset, -1)}
        >
          {t('moveUp')}
        </button>
        <button
          type="button"
          data-action="move-down"
          class="link"
          disabled={isLast}
          onClick={() => actions.move(preset, 1)}
        >
          {t('moveDown')}
        </button>
        <button type="button" data-action="delete" class="link" onClick={() => actions.delete(preset)}>
          {t('deletePreset')}
        </button>
      </p>
      <NameForm
        label={t('newName', preset.name)}
        button={t('rename')}
        action="rename"
        isDisabled={false}
        onName={(text) => actions.rename(preset, text)}
      />
    </>
  );
}
