import { type ForeignObject, isForeignObject, own, shownText, texts } from './foreign-json.ts';
import { MANIFEST_LIMITS } from './limits.ts';
import type { Scenario } from './manifest.ts';
import { isName } from './names.ts';
import { type EntryReading, readNamed } from './read-named.ts';

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
  const { items, dropped } = readNamed(entries, MANIFEST_LIMITS.scenarios, readScenario);
  return { scenarios: items, dropped };
}

function readScenario(entry: ForeignObject): EntryReading<Scenario> | undefined {
  const name = shownText(own(entry, 'name'))?.trim();
  const overrides = own(entry, 'overrides');
  if (!name || !isForeignObject(overrides)) return undefined;
  const all = Object.entries(overrides);
  const good = all
    .slice(0, MANIFEST_LIMITS.overrides)
    .filter((pair): pair is [string, string] => isName(pair[0]) && isName(pair[1]));
  const scenario = { name, ...texts(entry, ['description']), overrides: Object.fromEntries(good) };
  return { item: scenario, dropped: all.length - good.length };
}
