const SWEDISH = new Intl.DateTimeFormat('sv'); // 2026-11-22

/** The person's own day, as dates in manifests are written. */
export function today(): string {
  return SWEDISH.format();
}
