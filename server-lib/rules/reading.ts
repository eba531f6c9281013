import type { RulesDocument } from './rules-document.ts';
import type { RulesSnapshot } from './rules-source.ts';

const readings = new WeakMap<object, RulesDocument>();

/** Calls `tell` while {@link readingOf} gives what `snapshot` was read as, so that listeners need not read it again. */
export function withReading(snapshot: RulesSnapshot, reading: RulesDocument, tell: () => void): void {
  readings.set(snapshot, reading);
  tell();
  readings.delete(snapshot); // as large as the document: whoever wanted it has it
}

/** What the document of a snapshot was read as, if that is known, else the document. */
export function readingOf(snapshot: object, document: unknown): unknown {
  return readings.get(snapshot) ?? document;
}
