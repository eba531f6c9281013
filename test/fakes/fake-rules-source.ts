import { GatekeeperError } from '../../server-lib/index.ts';
import type { RulesSnapshot, RulesSource, SourceEvent } from '../../server-lib/rules.ts';

/** A source whose documents come when the test says so. */
export interface FakeRulesSource extends RulesSource {
  publish(document: unknown, revision?: string): void;
  fail(message: string): void;
  readonly isClosed: boolean;
}

export function fakeRulesSource(first?: unknown): FakeRulesSource {
  const listeners = new Set<(event: SourceEvent) => void>();
  let published = 0;
  let snapshot: RulesSnapshot | undefined;
  let lastError: string | undefined;
  let isClosed = false;
  let becomeReady = (): void => {};
  const ready = new Promise<void>((resolve) => {
    becomeReady = resolve;
  });
  const tell = (event: SourceEvent): void => {
    for (const listener of listeners) listener(event);
    becomeReady();
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
      tell({ kind: 'changed' });
    },
    fail(message) {
      lastError = message;
      tell({ kind: 'failed', error: new GatekeeperError('ERR_GK_RULES_SOURCE', message) });
    },
    get isClosed() {
      return isClosed;
    },
  };
  if (first !== undefined) source.publish(first);
  return source;
}
