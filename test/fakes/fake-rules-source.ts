import { GatekeeperError } from '../../server-lib/index.ts';
import type { RulesSnapshot, RulesSource, SourceEvent } from '../../server-lib/rules.ts';

/** A rules source whose documents the test publishes. */
export interface FakeRulesSource extends RulesSource {
  publish(document: unknown, revision?: string): void;
  fail(message: string): void;
  /** Works again, with the same document. */
  recover(): void;
  readonly isClosed: boolean;
}

export function fakeRulesSource(first?: unknown): FakeRulesSource {
  const listeners = new Set<(event: SourceEvent) => void>();
  let published = 0;
  let snapshot: RulesSnapshot | undefined;
  let lastError: string | undefined;
  let isClosed = false;
  let resolveReady = (): void => {};
  const ready = new Promise<void>((resolve) => {
    resolveReady = resolve;
  });
  const notify = (event: SourceEvent): void => {
    for (const listener of listeners) listener(event);
    resolveReady();
  };
  const source: FakeRulesSource = {
    ready,
    current: () => snapshot,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    health: () => ({ age: 3, ...(lastError === undefined ? {} : { lastError }) }),
    async close() {
      isClosed = true;
    },
    publish(document, revision = `r${++published}`) {
      snapshot = { document, revision };
      lastError = undefined;
      notify({ kind: 'changed' });
    },
    fail(message) {
      lastError = message;
      notify({ kind: 'failed', error: new GatekeeperError('ERR_GK_RULES_SOURCE', message) });
    },
    recover() {
      lastError = undefined;
      notify({ kind: 'recovered' });
    },
    get isClosed() {
      return isClosed;
    },
  };
  if (first !== undefined) source.publish(first);
  return source;
}
