import type { LoggedRevision } from './publish-rules.ts';
import { MOST_REVISIONS } from './publish-script.ts';
import { logKeyOf, type RedisPlaceOptions, redisPlace } from './redis-place.ts';

/** What reading the log needs of a client of the package `redis`. */
export interface RedisLists {
  lRange(key: string, start: number, stop: number): Promise<string[]>;
}

/** The revisions that were published, newest first. Lines that cannot be read are left out. */
export async function readLog(client: RedisLists, options: RedisPlaceOptions = {}): Promise<readonly LoggedRevision[]> {
  const { key } = redisPlace(options);
  const lines = await client.lRange(logKeyOf(key), 0, MOST_REVISIONS - 1);
  return lines.flatMap((line) => loggedIn(line) ?? []);
}

/** Whether a line of the log is about this revision; version 0.1 wrote the first twelve characters of one. */
export function isRevision({ revision }: LoggedRevision, whole: string): boolean {
  return revision === whole || (revision.length === 12 && whole.startsWith(revision));
}

function loggedIn(line: string): LoggedRevision | undefined {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return undefined;
  }
  const fields = new Map(Object.entries(entry ?? {}));
  const [revision, time, author, message, document] = FIELDS.map((name) => fields.get(name));
  return [revision, time, author, message, document].every((value) => typeof value === 'string')
    ? ({ revision, time, author, message, document } as LoggedRevision)
    : undefined;
}

const FIELDS = ['revision', 'time', 'author', 'message', 'document'];
