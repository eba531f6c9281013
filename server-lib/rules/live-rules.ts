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

/** An event of an application's rules. */
export type RulesEvent =
  /** Other rules are in force. `flagsChanged` lists the flags whose rule is new, different or gone. */
  | { readonly kind: 'changed'; readonly revision: string; readonly flagsChanged: readonly string[] }
  /** There is no newer document, or it was refused. The rules in force stay in force. */
  | { readonly kind: 'failed'; readonly error: GatekeeperError }
  /** After `failed`, the source works again, and the rules in force are still the newest. */
  | { readonly kind: 'recovered' };

export type RulesListener = (event: RulesEvent) => unknown;

/** The rules of an application, kept up to date. */
export interface LiveRules {
  /** The rules that are in force now. */
  current(): Ruleset;
  readonly ready: Promise<void>;
  health(): RulesHealth;
  /** Calls `listener` with the current failure, if there is one, and with each later event. Returns a function that removes it. */
  onChange(listener: RulesListener): () => void;
  close(): Promise<void>;
}

/** The rules of a document, which never change, or of a source. Throws if the document cannot be used. */
export function liveRules(rules: unknown, flags: ReadonlyMap<string, CompiledFlag>, report: ErrorReporter): LiveRules {
  function* compiled(document: unknown): Steps<CompiledRuleset> {
    return yield* compileRuleset(yield* readDocumentInSteps(document), flags, report);
  }
  if (isRulesSource(rules)) return new RulesProvider(rules, { compiled, flags: [...flags.keys()], report });
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
    onChange: () => () => {},
    close: async () => {},
  };
}

interface ProviderParts {
  readonly compiled: (document: unknown) => Steps<CompiledRuleset>;
  /** The names of the flags, by their index. */
  readonly flags: readonly string[];
  readonly report: ErrorReporter;
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
  readonly #flags: readonly string[];
  readonly #queue: CompileQueue<CompiledRuleset> = new CompileQueue();
  readonly #report: ErrorReporter;
  readonly #listeners: Set<RulesListener> = new Set();
  readonly #removeListener: unknown;
  /** The error of each source method whose last call failed. */
  readonly #faults: Map<string, string> = new Map();
  #snapshot: unknown;
  /** The document of that snapshot: the same string in another snapshot is not compiled again. */
  #document: unknown;
  #ruleset: Ruleset = NO_RULES;
  #fingerprints: Float64Array;
  #revision: string | undefined;
  #failure: GatekeeperError | undefined;
  #refusalMessage: string | undefined;
  #hasReportedFailure = false;
  #isClosed = false;

  constructor(source: RulesSource, { compiled, flags, report }: ProviderParts) {
    this.#source = source;
    this.#compile = compiled;
    this.#flags = flags;
    this.#fingerprints = new Float64Array(flags.length);
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

  onChange(listener: RulesListener): () => void {
    const own: RulesListener = (event) => listener(event); // the same function added twice is two listeners
    this.#listeners.add(own);
    if (this.#failure !== undefined) this.#notify(own, { kind: 'failed', error: this.#failure });
    return () => {
      this.#listeners.delete(own);
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#listeners.clear();
    this.#queue.close();
    const failed = (cause: unknown): void => this.#report(sourceError('the rules source could not be closed', cause));
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
    else if (kind === 'recovered') this.#recover();
    else this.#onFailure(isThenable(error) ? undefined : error);
  }

  #onFailure(error: unknown): void {
    this.#hasReportedFailure = true;
    this.#failed(isGatekeeperError(error) ? error : sourceError('the rules source has failed', error));
  }

  #failed(error: GatekeeperError): void {
    this.#failure = error;
    this.#report(error);
    this.#emit({ kind: 'failed', error });
  }

  #recover(): void {
    if (this.#failure === undefined || this.#refusalMessage !== undefined) return;
    this.#failure = undefined;
    this.#emit({ kind: 'recovered' });
  }

  /** Compiles the source's document if it is new. A small document is in force when this returns. */
  #update(syncSteps: number = MAX_SYNC_STEPS): void {
    const snapshot: unknown = this.#call('current()', () => this.#source.current());
    if (this.#isClosed || snapshot === undefined || snapshot === this.#snapshot) return;
    this.#snapshot = snapshot;
    try {
      const { document, revision } = validateSnapshot(snapshot);
      if (typeof document === 'string' && document === this.#document) {
        this.#recover();
        return;
      }
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

  #apply({ ruleset, notices, fingerprints }: CompiledRuleset, ownRevision: unknown): void {
    const before = this.#fingerprints;
    const revision = sanitize(typeof ownRevision === 'string' ? ownRevision : String(ruleset.revision), 200);
    this.#ruleset = ruleset;
    this.#fingerprints = fingerprints;
    this.#revision = revision;
    this.#refusalMessage = undefined;
    this.#failure = undefined;
    reportWarnings(notices, this.#report);
    if (this.#listeners.size === 0) return;
    const flagsChanged = this.#flags.filter((_, index) => fingerprints[index] !== before[index]);
    this.#emit({ kind: 'changed', revision, flagsChanged });
  }

  #refuse(cause: unknown): void {
    const error = toGatekeeperError(cause);
    this.#refusalMessage = error.message;
    this.#failed(error);
  }

  // The source may have failed before the keeper existed, if the application awaits anything between creating the two.
  #reportEarlierFailure(): void {
    const { lastError } = this.#sourceHealth();
    if (lastError === undefined || this.#hasReportedFailure) return;
    this.#failed(new GatekeeperError('ERR_GK_RULES_SOURCE', lastError));
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

  #emit(event: RulesEvent): void {
    for (const listener of [...this.#listeners]) this.#notify(listener, event);
  }

  #notify(listener: RulesListener, event: RulesEvent): void {
    const failed = (what: string, cause: unknown): void =>
      this.#report(new GatekeeperError('ERR_GK_ON_RULES_CHANGE', `a listener of onRulesChange ${what}`, { cause }));
    try {
      observePromise(listener(event), { rejected: (reason) => failed('rejected', reason) });
    } catch (cause) {
      failed('threw', cause);
    }
  }
}

function sourceError(what: string, cause: unknown): GatekeeperError {
  return new GatekeeperError('ERR_GK_RULES_SOURCE', what, { cause });
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
