/** Overrides as JSON that a person can read, and that can be imported again: variants by flag, sorted. */
export function overridesJson(overrides: ReadonlyMap<string, string>): string {
  const sorted = [...overrides].sort(([one], [other]) => (one < other ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`;
}
