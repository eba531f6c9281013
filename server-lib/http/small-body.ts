import type { IncomingMessage } from 'node:http';

/** Whether a request declares a body of at most `most` octets, or none; one of undeclared length does not count. */
export function hasSmallBody({ headers }: IncomingMessage, most: number): boolean {
  if (headers['transfer-encoding'] !== undefined) return false;
  const length = headers['content-length'] ?? '0';
  return /^\d{1,9}$/.test(length) && Number(length) <= most;
}
