import type { JSX } from 'preact';
import type { Ready } from '../app/session-state.ts';
import type { Sharing } from '../app/share-desk.ts';
import type { ShareActions } from './actions.ts';
import { OwnPresets } from './own-presets.tsx';
import { ScenarioItem } from './scenario-item.tsx';
import { ViewFrame } from './view.tsx';
import { say } from './words.ts';

interface ScenariosViewProps {
  readonly site: Ready;
  readonly sharing: Sharing;
  readonly actions: ShareActions;
  readonly onBack: () => void;
}

/** The sets of overrides that the site proposes, and the person's own. */
export function ScenariosView({ site, sharing, actions, onBack }: ScenariosViewProps): JSX.Element {
  const { scenarios } = site.manifest;
  return (
    <ViewFrame title={say('scenarios')} onBack={onBack}>
      <h3>{say('siteScenarios')}</h3>
      {scenarios.length === 0 && <p class="quiet">{say('noScenarios')}</p>}
      <ul class="scenarios">
        {scenarios.map((scenario) => (
          <ScenarioItem
            key={scenario.name}
            by="site"
            scenario={scenario}
            site={site}
            unfolded={sharing.unfolded}
            actions={actions}
          />
        ))}
      </ul>
      <OwnPresets site={site} sharing={sharing} actions={actions} />
    </ViewFrame>
  );
}
