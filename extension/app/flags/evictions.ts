import { isContextKey } from '../../../server-lib/wire.ts';
import type { StoredOverrides } from '../session/stored-overrides.ts';

/**
 * Chooses overrides to remove so that the cookie becomes at least `excessBytes` bytes shorter: redundant overrides
 * first, then the longest. The simulated context stays.
 */
export function evictions(
  { entries }: StoredOverrides,
  excessBytes: number,
  redundant: ReadonlySet<string>,
): readonly string[] {
  const candidates = [...entries]
    .filter(([flag]) => !isContextKey(flag))
    .map(([flag, variant]) => ({ flag, bytes: encodeURIComponent(`"${flag}":${JSON.stringify(variant)},`).length }))
    .sort(
      (one, other) => Number(redundant.has(other.flag)) - Number(redundant.has(one.flag)) || other.bytes - one.bytes,
    );
  const chosen: string[] = [];
  let missing = excessBytes;
  for (const { flag, bytes } of candidates) {
    if (missing <= 0) break;
    chosen.push(flag);
    missing -= bytes;
  }
  return chosen;
}
