import type { StoredOverrides } from './stored-overrides.ts';

/**
 * The overrides whose clearing makes `excess` octets of room in the cookie: those that do nothing first, then the
 * longest.
 */
export function clearedForRoom(
  { entries }: StoredOverrides,
  excess: number,
  idle: ReadonlySet<string>,
): readonly string[] {
  const candidates = [...entries]
    .map(([flag, variant]) => ({ flag, octets: encodeURIComponent(`"${flag}":${JSON.stringify(variant)},`).length }))
    .sort((one, other) => Number(idle.has(other.flag)) - Number(idle.has(one.flag)) || other.octets - one.octets);
  const chosen: string[] = [];
  let missing = excess;
  for (const { flag, octets } of candidates) {
    if (missing <= 0) break;
    chosen.push(flag);
    missing -= octets;
  }
  return chosen;
}
