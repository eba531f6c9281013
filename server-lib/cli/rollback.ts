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
  const found =
    wanted === undefined
      ? revisions[revisions.findIndex((one) => isRevision(one, current)) + 1]
      : revisions.find(({ revision }) => revision.startsWith(wanted));
  if (found !== undefined) return found;
  const what = wanted === undefined ? 'an earlier revision' : `a revision ${JSON.stringify(sanitize(wanted))}`;
  throw new CommandError(EXIT.refused, `The log does not hold ${what}; see gatekeeper-flags log`);
}
