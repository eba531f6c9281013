import type { StoredOverrides } from '../session/stored-overrides.ts';

/**
 * The overrides whose clearing makes `excess` octets of room in the cookie: those that do nothing first, then the
 * longest.
 */
export function evictions(
  { entries }: StoredOverrides,
  excessBytes: number,
  redundant: ReadonlySet<string>,
): readonly string[] {
  const candidates = [...entries]
    .map(([flag, variant]) => ({ flag, octets: encodeURIComponent(`"${flag}":${JSON.stringify(variant)},`).length }))
    .sort(
      (one, other) => Number(redundant.has(other.flag)) - Number(redundant.has(one.flag)) || other.octets - one.octets,
    );
  const chosen: string[] = [];
  let missing = excessBytes;
  for (const { flag, octets } of candidates) {
    if (missing <= 0) break;
    chosen.push(flag);
    missing -= octets;
  }
  return chosen;
}
