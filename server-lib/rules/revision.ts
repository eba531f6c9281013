import { createHash } from 'node:crypto';

/**
 * The same text, the same revision: in every process, in the log in Redis and in `health()`. SHA-1 because Redis' Lua
 * has that and no other (`redis.sha1hex`); it tells documents apart, and nothing secret hangs on it.
 */
export function revisionOf(text: string): string {
  return createHash('sha1').update(text).digest('hex').slice(0, REVISION_LENGTH);
}

export const REVISION_LENGTH = 12;
