import type { ComponentChildren, JSX } from 'preact';
import type { Scenario } from '../../server-lib/wire.ts';
import type { Ready } from '../app/session-state.ts';
import type { Unfolded } from '../app/share-desk.ts';
import type { ShareActions } from './actions.ts';
import { PlanPreview } from './plan-preview.tsx';
import { sayCount } from './words.ts';

interface ScenarioItemProps {
  readonly by: Unfolded['by'];
  readonly scenario: Scenario;
  readonly site: Ready;
  readonly unfolded: Unfolded | undefined;
  readonly actions: Pick<ShareActions, 'unfold' | 'apply'>;
  readonly children?: ComponentChildren;
}

/** A named set of overrides: a click shows what it would change. */
export function ScenarioItem({ by, scenario, site, unfolded, actions, children }: ScenarioItemProps): JSX.Element {
  const { name, description, overrides } = scenario;
  const isUnfolded = unfolded?.by === by && unfolded.name === name;
  const proposed = new Map(Object.entries(overrides));
  return (
    <li>
      <button
        type="button"
        data-action="unfold"
        class="scenario"
        aria-expanded={isUnfolded}
        onClick={() => actions.unfold(isUnfolded ? undefined : { by, name })}
      >
        <b dir="auto">{name}</b> <span class="quiet">{sayCount('overrideCount', proposed.size)}</span>
      </button>
      {description && (
        <p class="description" dir="auto" title={description}>
          {description}
        </p>
      )}
      {isUnfolded && <PlanPreview site={site} proposed={proposed} onApply={(mode) => actions.apply(proposed, mode)} />}
      {isUnfolded && children}
    </li>
  );
}
