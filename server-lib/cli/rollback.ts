import { quoted } from '../core/gatekeeper-error.ts';
import { revisionOf, shortRevision } from '../rules/revision.ts';
import type { LoggedRevision } from '../sources/publish-rules.ts';
import { isRevision, readLog } from '../sources/read-log.ts';
import { sanitize } from '../wire/sanitize.ts';
import { type Command, optionOf } from './command.ts';
import { currentText } from './current.ts';
import { CommandError, EXIT } from './exit-code.ts';
import { PUBLISH_OPTIONS, publish } from './push.ts';
import { placeIn, withRedis } from './redis-link.ts';

export const rollback: Command = {
  name: 'rollback',
  words: ['[revision]'],
  summary: 'puts an earlier revision in force again; the one before this, if none is named',
  help: ['That is a revision of its own in the log, so that it can be rolled back too.'],
  options: PUBLISH_OPTIONS,
  run: (invocation) =>
    withRedis(invocation, async (client) => {
      const place = placeIn(invocation);
      const [revisions, text] = [await readLog(client, place), await currentText(client, place)];
      const wanted = chosen(revisions, revisionOf(text), invocation.words[0]);
      const message = optionOf(invocation, 'message') ?? `Back to ${shortRevision(wanted.revision)} of ${wanted.time}`;
      return publish(client, invocation, wanted.document, message);
    }),
};

function chosen(revisions: readonly LoggedRevision[], current: string, wanted: string | undefined): LoggedRevision {
  const begun = wanted === undefined ? [] : revisions.filter(({ revision }) => revision.startsWith(wanted));
  const different = [...new Set(begun.map(({ revision }) => revision))];
  if (different.length > 1 && begun.some(({ revision }) => !isRevision(begun[0] as LoggedRevision, revision))) {
    const which = different.map((revision) => sanitize(shortRevision(revision))).join(', ');
    const what = `${different.length} revisions of the log begin with ${quoted(wanted)}: ${which}`;
    throw new CommandError(EXIT.refused, `${what}; write more characters of the one you mean`);
  }
  const found = wanted === undefined ? revisions[revisions.findIndex((one) => isRevision(one, current)) + 1] : begun[0];
  if (found !== undefined) return found;
  const what = wanted === undefined ? 'an earlier revision' : `a revision ${quoted(wanted)}`;
  throw new CommandError(EXIT.refused, `The log does not hold ${what}; see gatekeeper-flags log`);
}
