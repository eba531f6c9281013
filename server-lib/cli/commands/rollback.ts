import { quoted } from '../../core/values.ts';
import { revisionOf, shortRevision } from '../../rules/document/rules-document.ts';
import { hasRevision, type LoggedRevision, readLog } from '../../sources/redis/publish-rules.ts';
import { sanitize } from '../../wire/sanitize.ts';
import { type Command, optionValue } from '../command.ts';
import { CommandError, EXIT } from '../exit.ts';
import { keysOf, readCurrentDocument, withRedis } from '../rules-input.ts';
import { PUBLISH_OPTIONS, publish } from './push.ts';

export const rollback: Command = {
  name: 'rollback',
  positionals: ['[revision]'],
  summary: 'puts an earlier revision in force again; default: the previous one',
  help: ['A rollback is a new entry in the log, so it can be rolled back too.'],
  options: PUBLISH_OPTIONS,
  examples: [
    ['rollback --redis redis://localhost:6379', 'puts the previous revision in force'],
    [
      "rollback 3f2a91 --message 'Checkout fails'",
      'puts the revision that begins with 3f2a91 in force; the Redis is in GATEKEEPER_REDIS',
    ],
  ],
  run: (invocation) =>
    withRedis(invocation, async (client) => {
      const keys = keysOf(invocation);
      const [revisions, text] = [await readLog(client, keys), await readCurrentDocument(client, keys)];
      const wanted = findRevision(revisions, revisionOf(text), invocation.positionals[0]);
      const message =
        optionValue(invocation, 'message') ?? `Back to ${shortRevision(wanted.revision)} of ${wanted.time}`;
      return publish(client, invocation, wanted.document, message);
    }),
};

function findRevision(
  revisions: readonly LoggedRevision[],
  current: string,
  wanted: string | undefined,
): LoggedRevision {
  const matching = wanted === undefined ? [] : revisions.filter(({ revision }) => revision.startsWith(wanted));
  const different = [...new Set(matching.map(({ revision }) => revision))];
  if (different.length > 1 && matching.some(({ revision }) => !hasRevision(matching[0] as LoggedRevision, revision))) {
    const which = different.map((revision) => sanitize(shortRevision(revision))).join(', ');
    const what = `${different.length} revisions of the log begin with ${quoted(wanted)}: ${which}`;
    throw new CommandError(EXIT.refused, `${what}; give more characters`);
  }
  const found =
    wanted === undefined ? revisions[revisions.findIndex((one) => hasRevision(one, current)) + 1] : matching[0];
  if (found !== undefined) return found;
  const what = wanted === undefined ? 'earlier revision' : `revision ${quoted(wanted)}`;
  throw new CommandError(EXIT.refused, `The log has no ${what}; see gatekeeper-flags log`);
}
