import type { RulesSource } from '../rules/rules-source.ts';
import type { Freshness } from './keep-fresh.ts';
import type { LastGood } from './last-good.ts';

/** A source as applications see it. `leave` lets go of whatever it held. */
export function sourceOf(lastGood: LastGood, freshness: Freshness, leave: () => Promise<void>): RulesSource {
  let closed: Promise<void> | undefined;
  return {
    ready: freshness.ready,
    current: () => lastGood.current(),
    onChange: (listener) => lastGood.onChange(listener),
    health: () => lastGood.health(),
    close() {
      lastGood.close();
      closed ??= Promise.all([freshness.stop(), leave()]).then(() => undefined);
      return closed;
    },
  };
}
