/** One line of the table. */
export interface Result {
  readonly browser: string;
  readonly what: string;
  readonly ms: number;
  readonly limit: number | undefined;
}

export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A document whose part between two markers is `section`; the rest stays as it was. */
export function withSection(document: string, name: string, section: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  const text = `${begin}\n\n${section}\n${end}`;
  if (from === -1 || to === -1) return `${document.trimEnd()}\n\n## The popup\n\n${text}\n`.trimStart();
  return document.slice(0, from) + text + document.slice(to + end.length);
}
