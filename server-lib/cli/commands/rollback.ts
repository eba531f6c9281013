import { quoted } from '../../core/values.ts';
import { revisionOf, shortRevision } from '../../rules/document/rules-document.ts';
import { hasRevision, type LoggedRevision } from '../../sources/publication.ts';
import { sanitize } from '../../wire/sanitize.ts';
import { type Command, optionValue } from '../command.ts';
import { CommandError, EXIT } from '../exit.ts';
import { type RulesStore, withStore } from '../rules-store.ts';
import { keepOf, PUBLISH_OPTIONS, publish } from './push.ts';

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
      'puts the revision that begins with 3f2a91 in force; the store is in GATEKEEPER_REDIS or GATEKEEPER_POSTGRES',
    ],
  ],
  run(invocation) {
    const keep = keepOf(invocation);
    return withStore(invocation, async (store) => {
      const current = revisionOf(await store.read());
      const [wanted] = invocation.positionals;
      const found = wanted === undefined ? await findPrevious(store, current) : await findRevision(store, wanted);
      const message = optionValue(invocation, 'message') ?? `Back to ${shortRevision(found.revision)} of ${found.time}`;
      return publish(store, invocation, { text: found.document, message, keep });
    });
  },
};

/** The revision that was in force before the current one. */
async function findPrevious(store: RulesStore, current: string): Promise<LoggedRevision> {
  let isNext = false;
  let first: LoggedRevision | undefined;
  for await (const entry of entriesOf(store)) {
    if (isNext) return entry;
    first ??= entry;
    isNext = hasRevision(entry, current);
  }
  // A document that was written without push is not in the log: the newest entry is the one before it.
  if (first !== undefined && !isNext) return first;
  throw new CommandError(EXIT.refused, 'The log has no earlier revision; see gatekeeper-flags log');
}

async function findRevision(store: RulesStore, wanted: string): Promise<LoggedRevision> {
  const matching = new Map<string, LoggedRevision>();
  for await (const entry of entriesOf(store)) {
    if (!entry.revision.startsWith(wanted)) continue;
    if (wanted.length >= UNAMBIGUOUS_LENGTH) return entry;
    const isKnown = [...matching.values()].some(({ revision }) => hasRevision(entry, revision));
    if (!isKnown) matching.set(entry.revision, entry);
  }
  const [found, ...others] = matching.values();
  if (found === undefined) {
    throw new CommandError(EXIT.refused, `The log has no revision ${quoted(wanted)}; see gatekeeper-flags log`);
  }
  if (others.length === 0) return found;
  const which = [...matching.keys()].map((revision) => sanitize(shortRevision(revision))).join(', ');
  const what = `${matching.size} revisions of the log begin with ${quoted(wanted)}: ${which}`;
  throw new CommandError(EXIT.refused, `${what}; give more characters`);
}

// With fewer characters, the whole log is searched for a second revision that begins with them.
const UNAMBIGUOUS_LENGTH = 12;

/** The entries of the log, newest first. Each has a document, so they are read a few at a time. */
async function* entriesOf(store: RulesStore): AsyncGenerator<LoggedRevision> {
  for (let offset = 0; ; offset += PAGE) {
    const page = await store.log({ offset, limit: PAGE });
    yield* page;
    if (page.length === 0) return;
  }
}

const PAGE = 20;
