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
  summary: 'puts an earlier revision in force again; the one before this, if none is named',
  help: ['That is a revision of its own in the log, so that it can be rolled back too.'],
  options: PUBLISH_OPTIONS,
  run: (invocation) =>
    withRedis(invocation, async (client) => {
      const place = keysOf(invocation);
      const [revisions, text] = [await readLog(client, place), await readCurrentDocument(client, place)];
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
  const begun = wanted === undefined ? [] : revisions.filter(({ revision }) => revision.startsWith(wanted));
  const different = [...new Set(begun.map(({ revision }) => revision))];
  if (different.length > 1 && begun.some(({ revision }) => !hasRevision(begun[0] as LoggedRevision, revision))) {
    const which = different.map((revision) => sanitize(shortRevision(revision))).join(', ');
    const what = `${different.length} revisions of the log begin with ${quoted(wanted)}: ${which}`;
    throw new CommandError(EXIT.refused, `${what}; write more characters of the one you mean`);
  }
  const found =
    wanted === undefined ? revisions[revisions.findIndex((one) => hasRevision(one, current)) + 1] : begun[0];
  if (found !== undefined) return found;
  const what = wanted === undefined ? 'an earlier revision' : `a revision ${quoted(wanted)}`;
  throw new CommandError(EXIT.refused, `The log does not hold ${what}; see gatekeeper-flags log`);
}
