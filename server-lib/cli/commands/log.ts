import { revisionOf, shortRevision } from '../../rules/document/rules-document.ts';
import { hasRevision, readLog } from '../../sources/redis/publish-rules.ts';
import { sanitize } from '../../wire/sanitize.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit.ts';
import { keysOf, REDIS_OPTIONS, readCurrentDocument, redisName, withRedis } from '../rules-input.ts';
import { formatTable } from '../terminal.ts';

export const log: Command = {
  name: 'log',
  positionals: [],
  summary: 'lists the last twenty revisions, newest first',
  help: ['An asterisk marks the revision that is in force.'],
  options: REDIS_OPTIONS,
  examples: [['log --redis redis://localhost:6379', 'lists the revisions, with author and message']],
  run: (invocation) =>
    withRedis(invocation, async (client) => {
      const keys = keysOf(invocation);
      const revisions = await readLog(client, keys);
      const text = await readCurrentDocument(client, keys);
      const current = text === '' ? undefined : revisionOf(text);
      const at = current === undefined ? -1 : revisions.findIndex((one) => hasRevision(one, current));
      const { strong, quiet, warn } = invocation.colors;
      const rows = revisions.map(({ revision, time, author, message }, row) =>
        [row === at ? '*' : ' ', shortRevision(revision), time, author, message].map((text) => sanitize(text)),
      );
      const unlogged = current !== undefined && at === -1;
      return {
        exitCode: EXIT.ok,
        lines: [
          ...(unlogged ? [warn(`${shortRevision(current)} is in force but is not in the log`)] : []),
          ...(current === undefined ? [warn('no document is in force')] : []),
          ...formatTable(rows, [strong, strong, quiet, String, String]),
        ],
        header: `from ${redisName(invocation)}`,
        json: {
          ok: true,
          source: redisName(invocation),
          current: current ?? null,
          revisions: revisions.map(({ document: _, ...entry }) => entry),
        },
      };
    }),
};
