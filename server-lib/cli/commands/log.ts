import { quoted } from '../../core/values.ts';
import { revisionOf, shortRevision } from '../../rules/document/rules-document.ts';
import { DEFAULT_LOG_LIMIT, hasRevision } from '../../sources/publication.ts';
import { sanitize } from '../../wire/sanitize.ts';
import { type Command, type Invocation, optionValue } from '../command.ts';
import { CommandError, EXIT } from '../exit.ts';
import { STORE_OPTIONS, withStore } from '../rules-store.ts';
import { formatTable } from '../terminal.ts';

export const log: Command = {
  name: 'log',
  positionals: [],
  summary: 'lists the last revisions, newest first',
  help: ['An asterisk marks the revision that is in force.'],
  options: { ...STORE_OPTIONS, limit: { value: 'number', help: 'how many revisions to list; default: 20' } },
  examples: [['log --redis redis://localhost:6379', 'lists the revisions, with author and message']],
  run(invocation) {
    const limit = limitOf(invocation);
    return withStore(invocation, async (store) => {
      const revisions = await store.log({ limit });
      const text = await store.read();
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
          ...(unlogged
            ? [
                warn(
                  `${shortRevision(current)} is in force but is not ${revisions.length < limit ? 'in the log' : `among the last ${revisions.length}`}`,
                ),
              ]
            : []),
          ...(current === undefined ? [warn('no document is in force')] : []),
          ...formatTable(rows, [strong, strong, quiet, String, String]),
        ],
        header: `from ${store.name}`,
        json: {
          ok: true,
          source: store.name,
          current: current ?? null,
          revisions: revisions.map(({ document: _, ...entry }) => entry),
        },
      };
    });
  },
};

function limitOf(invocation: Invocation): number {
  const text = optionValue(invocation, 'limit') ?? String(DEFAULT_LOG_LIMIT);
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new CommandError(EXIT.usage, `--limit must be a number, 1 or more; got ${quoted(text)}`);
}
