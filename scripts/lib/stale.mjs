import { readdirSync, statSync } from 'node:fs';
import { inRoot } from './root.mjs';

/** Whether a file in the sources (paths of files or folders from the root) is newer than the output, or the output is missing. */
export function isStale(output, sources) {
  const built = statSync(inRoot(output), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sources.some((source) => newest(source) > built);
}

function newest(source) {
  const stat = statSync(inRoot(source), { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return stat?.mtimeMs ?? 0;
  const inside = readdirSync(inRoot(source)).map((name) => newest(`${source}/${name}`));
  return Math.max(stat.mtimeMs, ...inside); // the time of the folder changes when a file is removed
}
