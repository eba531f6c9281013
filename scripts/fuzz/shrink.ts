/** Removes pieces of `text` and returns the shortest string found that still `fails`. */
export function shrink(text: string, fails: (text: string) => boolean): string {
  let shortest = text;
  let tries = MAX_TRIES;
  for (let size = Math.ceil(text.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < shortest.length && tries > 0; tries--) {
      const shorter = shortest.slice(0, at) + shortest.slice(at + size);
      if (fails(shorter)) shortest = shorter;
      else at += size;
    }
  }
  return shortest;
}

const MAX_TRIES = 20_000; // a failure must be reported within seconds, even with an input of a megabyte
