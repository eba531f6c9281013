import { revisionOf, shortRevision } from '../rules/revision.ts';
import { isRevision, readLog } from '../sources/read-log.ts';
import { sanitize } from '../wire/sanitize.ts';
import type { Command } from './command.ts';
import { currentText } from './current.ts';
import { EXIT } from './exit-code.ts';
import { table } from './paint.ts';
import { placeIn, placeName, REDIS_OPTIONS, withRedis } from './redis-link.ts';

export const log: Command = {
  name: 'log',
  words: [],
  summary: 'lists the last twenty revisions, newest first',
  help: ['The star is at the revision that is in force.'],
  options: REDIS_OPTIONS,
  run: (invocation) =>
    withRedis(invocation, async (client) => {
      const place = placeIn(invocation);
      const revisions = await readLog(client, place);
      const text = await currentText(client, place);
      const current = text === '' ? undefined : revisionOf(text);
      const at = current === undefined ? -1 : revisions.findIndex((one) => isRevision(one, current));
      const { strong, quiet, warn } = invocation.paint;
      const rows = revisions.map(({ revision, time, author, message }, row) =>
        [row === at ? '*' : ' ', shortRevision(revision), time, author, message].map((text) => sanitize(text)),
      );
      const unlogged = current !== undefined && at === -1;
      return {
        exitCode: EXIT.ok,
        lines: [
          ...(unlogged ? [warn(`${shortRevision(current)} is in force, and was not published with this program`)] : []),
          ...(current === undefined ? [warn('nothing is in force')] : []),
          ...table(rows, [strong, strong, quiet, String, String]),
        ],
        header: `from ${placeName(invocation)}`,
        json: {
          ok: true,
          source: placeName(invocation),
          current: current ?? null,
          revisions: revisions.map(({ document: _, ...entry }) => entry),
        },
      };
    }),
};
