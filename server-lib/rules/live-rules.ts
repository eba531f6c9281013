import type { ErrorReporter } from '../core/error-reporter.ts';
import { callHook, GatekeeperError, type HookError, isGatekeeperError } from '../core/errors.ts';
import type { CompiledFlag } from '../core/flags/compiled-flag.ts';
import { NO_RULES, type Ruleset } from '../core/rules-port.ts';
import { isThenable, observePromise } from '../core/thenable.ts';
import { sanitize } from '../wire/sanitize.ts';
import { type CompiledRuleset, compileRuleset } from './compiled-ruleset.ts';
import { readDocumentInSteps } from './document/read-document.ts';
import { reportWarnings } from './document/warnings.ts';
import {
  errorOfEvent,
  isRulesSource,
  parsedDocumentOf,
  READY_TIMEOUT_MS,
  type RulesSource,
  readHealth,
  type SourceEvent,
  type SourceHealth,
  toGatekeeperError,
  validateSnapshot,
} from './rules-source.ts';
import { CompileQueue, runToEnd, type Steps } from './time-slicing.ts';

/** The state of an application's rules. */
export type RulesHealth = SourceHealth;

/** The rules of an application, kept up to date. */
export interface LiveRules {
  /** The rules that are in force now. */
  current(): Ruleset;
  readonly ready: Promise<void>;
  health(): RulesHealth;
  close(): Promise<void>;
}

/** The rules of a document, which never change, or of a source. Throws if the document cannot be used. */
export function liveRules(rules: unknown, flags: ReadonlyMap<string, CompiledFlag>, report: ErrorReporter): LiveRules {
  function* compiled(document: unknown): Steps<CompiledRuleset> {
    return yield* compileRuleset(yield* readDocumentInSteps(document), flags, report);
  }
  if (isRulesSource(rules)) return new RulesProvider(rules, compiled, report);
  if (rules === undefined) return staticRules(NO_RULES);
  const { ruleset, notices } = runToEnd(compiled(rules));
  reportWarnings(notices, report);
  return staticRules(ruleset);
}

function staticRules(ruleset: Ruleset): LiveRules {
  return {
    current: () => ruleset,
    ready: Promise.resolve(),
    health: () => (ruleset.revision === undefined ? {} : { revision: ruleset.revision }),
    close: async () => {},
  };
}

/**
 * Compiles each document of a source. Requests see a new document's rules once all of them are compiled; after a document
 * that is refused, the last good one stays in force. The source may be the application's own: what it throws is reported
 * and breaks neither a request nor the process.
 */
class RulesProvider implements LiveRules {
  readonly ready: Promise<void>;
  readonly #source: RulesSource;
  readonly #compile: (document: unknown) => Steps<CompiledRuleset>;
  readonly #queue: CompileQueue<CompiledRuleset> = new CompileQueue();
  readonly #report: ErrorReporter;
  readonly #removeListener: unknown;
  /** The error of each source method whose last call failed. */
  readonly #faults: Map<string, string> = new Map();
  #snapshot: unknown;
  /** The document of that snapshot: the same string in another snapshot is not compiled again. */
  #document: unknown;
  #ruleset: Ruleset = NO_RULES;
  #revision: string | undefined;
  #refusalMessage: string | undefined;
  #hasReportedFailure = false;
  #isClosed = false;

  constructor(source: RulesSource, compiled: (document: unknown) => Steps<CompiledRuleset>, report: ErrorReporter) {
    this.#source = source;
    this.#compile = compiled;
    this.#report = report;
    this.#removeListener = this.#call('onChange()', () => source.onChange((event) => this.#onEvent(event)));
    this.#update(Number.POSITIVE_INFINITY); // the first request already sees a document that is there now
    this.#reportEarlierFailure();
    const deadline = performance.now() + READY_TIMEOUT_MS;
    this.ready = settledWithin(() => source.ready).then(() => {
      this.#update();
      return settledWithin(() => this.#queue.idle(), undefined, deadline - performance.now());
    });
  }

  current(): Ruleset {
    return this.#ruleset;
  }

  health(): RulesHealth {
    const { age, lastError } = this.#sourceHealth();
    const error = lastError ?? this.#refusalMessage ?? [...this.#faults.values()][0];
    return {
      ...(this.#revision === undefined ? {} : { revision: this.#revision }),
      ...(age === undefined ? {} : { age }),
      ...(error === undefined ? {} : { lastError: sanitize(error) }),
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#queue.close();
    const failed = (cause: unknown): void => this.#fail('the rules source could not be closed', cause);
    await settledWithin(
      () => (typeof this.#removeListener === 'function' ? this.#removeListener() : undefined),
      failed,
    );
    await settledWithin(() => this.#source.close(), failed);
  }

  #onEvent(event: SourceEvent | undefined): void {
    if (this.#isClosed) return;
    // An event of the application's own source may be any value, and reading it may throw.
    const { kind, error } = this.#call('event', () => ({ kind: event?.kind, error: errorOfEvent(event) })) ?? {};
    if (kind === 'changed') this.#update();
    else if (!isThenable(error)) this.#onFailure(error);
    else this.#fail('the rules source has failed', undefined);
  }

  #onFailure(error: unknown): void {
    this.#hasReportedFailure = true;
    if (isGatekeeperError(error)) this.#report(error);
    else this.#fail('the rules source has failed', error);
  }

  /** Compiles the source's document if it is new. A small document is in force when this returns. */
  #update(syncSteps: number = MAX_SYNC_STEPS): void {
    const snapshot: unknown = this.#call('current()', () => this.#source.current());
    if (this.#isClosed || snapshot === undefined || snapshot === this.#snapshot) return;
    this.#snapshot = snapshot;
    try {
      const { document, revision } = validateSnapshot(snapshot);
      if (typeof document === 'string' && document === this.#document) return;
      this.#document = document;
      const parsed = parsedDocumentOf(snapshot as object, document);
      this.#queue.add(
        {
          start: () => this.#compile(parsed),
          done: (rules) => this.#apply(rules, revision),
          failed: (cause) => this.#refuse(cause),
        },
        syncSteps,
      );
    } catch (cause) {
      this.#refuse(cause);
    }
  }

  #apply({ ruleset, notices }: CompiledRuleset, revision: unknown): void {
    this.#ruleset = ruleset;
    this.#revision = sanitize(typeof revision === 'string' ? revision : String(ruleset.revision), 200);
    this.#refusalMessage = undefined;
    reportWarnings(notices, this.#report);
  }

  #refuse(cause: unknown): void {
    const error = toGatekeeperError(cause);
    this.#refusalMessage = error.message;
    this.#report(error);
  }

  // The source may have failed before the keeper existed, if the application awaits anything between creating the two.
  #reportEarlierFailure(): void {
    const { lastError } = this.#sourceHealth();
    if (lastError === undefined || this.#hasReportedFailure) return;
    this.#report(new GatekeeperError('ERR_GK_RULES_SOURCE', lastError));
  }

  #sourceHealth(): SourceHealth {
    const health: unknown = this.#call('health()', () => this.#source.health());
    return this.#call('result of health()', () => readHealth(health)) ?? {};
  }

  /** Calls the source's `method`. If that throws, returns `undefined` and reports the error once until a call succeeds. */
  #call<Result>(method: string, call: () => Result): Result | undefined {
    try {
      const result = callHook(`the rules source's ${method}`, 'ERR_GK_RULES_SOURCE', call);
      this.#faults.delete(method);
      return result;
    } catch (failure) {
      const { message } = failure as HookError;
      if (this.#faults.get(method) !== message) this.#report(failure as HookError);
      this.#faults.set(method, message);
      return undefined;
    }
  }

  #fail(what: string, cause: unknown): void {
    this.#report(new GatekeeperError('ERR_GK_RULES_SOURCE', what, { cause }));
  }
}

// About a thousand flags: compiling them takes too little time for a request to notice.
const MAX_SYNC_STEPS = 50;

/**
 * Resolves when the promise of `start` has settled, or after two seconds: an application whose source is down starts with
 * the defaults in code. Never rejects.
 */
function settledWithin(
  start: () => unknown,
  onRejected: (cause: unknown) => void = () => {},
  timeout: number = READY_TIMEOUT_MS,
): Promise<void> {
  return new Promise((resolve) => {
    // Not unref'd: otherwise a process that awaits this before it listens would exit here.
    const deadline = setTimeout(resolve, timeout);
    const settle = (): void => {
      clearTimeout(deadline);
      resolve();
    };
    const rejected = (cause: unknown): void => {
      onRejected(cause);
      settle();
    };
    try {
      if (!observePromise(start(), { fulfilled: settle, rejected })) settle();
    } catch (cause) {
      rejected(cause);
    }
  });
}
