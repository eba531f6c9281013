import { createHash } from 'node:crypto';

/**
 * The same text, the same revision: in every process, in the log in Redis and in `health()`. SHA-1 because Redis' Lua
 * has that and no other (`redis.sha1hex`). It names a document; whether two documents are the same is for their texts to
 * say.
 */
export function revisionOf(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** The first characters of a revision, for people: in a log, on a command line. */
export function shortRevision(revision: string): string {
  return revision.slice(0, SHORT_LENGTH);
}

const SHORT_LENGTH = 12;
