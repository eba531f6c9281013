import type { JsonPath } from '../rules/json-position.ts';

/** The keys that a JSON text has twice in one object, of which the last counts; `text` is known to be JSON. */
export function duplicateKeys(text: string): readonly JsonPath[] {
  const found = new Map<string, JsonPath>(); // once each, also where the object around a key stands twice
  const open: Level[] = [];
  for (let at = 0; at < text.length; at++) {
    const level = open.at(-1);
    const mark = text[at];
    if (mark === '{') open.push({ keys: new Set(), step: '', isKeyNext: true });
    else if (mark === '[') open.push({ keys: undefined, step: 0, isKeyNext: false });
    else if (mark === '}' || mark === ']') open.pop();
    else if (mark === ',' && level !== undefined) {
      if (typeof level.step === 'number') level.step++;
      level.isKeyNext = level.keys !== undefined;
    } else if (mark === '"') {
      const start = at;
      at = endOfString(text, at);
      if (level?.keys === undefined || !level.isKeyNext) continue;
      level.step = JSON.parse(text.slice(start, at + 1)) as string;
      level.isKeyNext = false;
      if (level.keys.has(level.step)) {
        const path = open.map(({ step }) => step);
        found.set(JSON.stringify(path), path);
      }
      level.keys.add(level.step);
    }
  }
  return [...found.values()];
}

/** An object or a list around the place that is read. */
interface Level {
  /** The keys that were met; a list has none. */
  readonly keys: Set<string> | undefined;
  /** The key or the index that is read. */
  step: string | number;
  isKeyNext: boolean;
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end;
  }
}
