import { isUtf8 } from 'node:buffer';
import type { CookieParseResult } from '../../../server-lib/wire/override-cookie.ts';

/**
 * Reads a header by docs/protocol.md section 1, as directly as possible and without regard to speed. The tests compare the
 * library with it.
 */
export function referenceReading(header: string, name: string): CookieParseResult {
  const pairs = header
    .split(';')
    .filter((pair) => pair.includes('='))
    .map((pair) => [trimmed(pair.slice(0, pair.indexOf('='))), trimmed(pair.slice(pair.indexOf('=') + 1))] as const);
  const value = pairs.find(([pairName]) => pairName === name)?.[1];
  if (value === undefined) return { kind: 'absent' };
  if (Buffer.from(name + value, 'latin1').length > 4096) return { kind: 'unreadable', problem: 'too-large' };

  const bytes = Buffer.from(/^".*"$/s.test(value) ? value.slice(1, -1) : value, 'latin1');
  const object = isUtf8(bytes) ? firstObject(bytes.toString('utf8')) : undefined;
  if (object === undefined) return { kind: 'unreadable', problem: 'malformed' };
  return { kind: 'entries', entries: new Map(Object.keys(object).map((key) => [key, object[key]])) };
}

const trimmed = (text: string): string => text.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '');

function firstObject(text: string): Record<string, unknown> | undefined {
  for (const reading of [() => text, () => (text.includes('%') ? decodeURIComponent(text) : '')]) {
    try {
      const json: unknown = JSON.parse(reading().replace(/^j:/, ''));
      return Object.prototype.toString.call(json) === '[object Object]' ? (json as Record<string, unknown>) : undefined;
    } catch {}
  }
  return undefined;
}
