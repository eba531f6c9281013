import type { LogEntry } from './request-log.ts';

/** The entries as JSON, for an issue or a script: what was asked, and what each answer was rendered with. */
export function exportedRequests(entries: readonly LogEntry[], exportedAt: number): string {
  const document = {
    gatekeeperRequests: 1,
    exportedAt: new Date(exportedAt).toISOString(),
    entries: entries.map(exported),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function exported(entry: LogEntry): object {
  if (entry.kind === 'navigation') return { navigation: entry.url };
  const { method, url, status, type, startedAt, evaluations } = entry;
  const { flags, more } = evaluations;
  return { startedAt: new Date(startedAt).toISOString(), type, method, url, status, flags, ...(more > 0 && { more }) };
}
