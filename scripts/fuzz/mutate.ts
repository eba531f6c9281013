import type { Random } from './random.ts';

/** Changes `text` in one to four places: cuts, doubles or overwrites a piece, or appends a piece of another string. */
export function mutate(random: Random, text: string, { others, scraps }: Material): string {
  let changed = text;
  for (let times = 1 + random.below(4); times > 0; times--) changed = changeOnce(random, changed, { others, scraps });
  return changed;
}

/** The strings that mutations insert. */
export interface Material {
  readonly others: readonly string[];
  readonly scraps: readonly string[];
}

function changeOnce(random: Random, text: string, { others, scraps }: Material): string {
  const at = random.below(text.length + 1);
  const [before, after] = [text.slice(0, at), text.slice(at)];
  switch (random.below(6)) {
    case 0:
      return before + after.slice(1 + random.below(8));
    case 1:
      return before + random.pick(scraps) + after;
    case 2:
      return before + random.pick(scraps) + after.slice(1);
    case 3:
      return before + after.slice(0, 1 + random.below(8)) + after;
    case 4:
      return before + String.fromCharCode((text.charCodeAt(at) || 0) ^ (1 << random.below(8))) + after.slice(1);
    default:
      return before + tailOf(random, random.pick(others));
  }
}

function tailOf(random: Random, text: string): string {
  return text.slice(random.below(text.length + 1));
}

/** Every byte, as a character. */
export const BYTES: readonly string[] = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
