import { isForeignObject, own, shownText, texts } from './foreign-json.ts';
import { MANIFEST_LIMITS } from './limits.ts';
import type { Scenario } from './manifest.ts';
import { isName } from './names.ts';

/** The good entries of a list of scenarios, and how many scenarios and overrides were left out. */
export interface ScenariosReading {
  readonly scenarios: readonly Scenario[];
  readonly dropped: number;
}

/**
 * Reads a list of scenarios, of a manifest or of whoever else keeps some: the first of two of one name counts, bad
 * entries cost only themselves. Never throws.
 */
export function readScenarios(entries: readonly unknown[]): ScenariosReading {
  const scenarios = new Map<string, Scenario>();
  let dropped = Math.max(0, entries.length - MANIFEST_LIMITS.scenarios);
  for (const entry of entries.slice(0, MANIFEST_LIMITS.scenarios)) {
    const reading = readScenario(entry);
    if (reading === undefined || scenarios.has(reading.scenario.name)) {
      dropped += 1;
      continue;
    }
    scenarios.set(reading.scenario.name, reading.scenario);
    dropped += reading.dropped;
  }
  return { scenarios: [...scenarios.values()], dropped };
}

function readScenario(entry: unknown): { readonly scenario: Scenario; readonly dropped: number } | undefined {
  if (!isForeignObject(entry)) return undefined;
  const name = shownText(own(entry, 'name'))?.trim();
  const overrides = own(entry, 'overrides');
  if (!name || !isForeignObject(overrides)) return undefined;
  const all = Object.entries(overrides);
  const good = all
    .slice(0, MANIFEST_LIMITS.overrides)
    .filter((pair): pair is [string, string] => isName(pair[0]) && isName(pair[1]));
  const scenario = { name, ...texts(entry, ['description']), overrides: Object.fromEntries(good) };
  return { scenario, dropped: all.length - good.length };
}
