import type { ErrorReporter } from '../core/error-reporter.ts';
import { callHook, GatekeeperError, type HookError } from '../core/errors.ts';
import type { CompiledFlag } from '../core/flags/compiled-flag.ts';
import { NO_RULES, type Ruleset } from '../core/rules-port.ts';
import { isThenable } from '../core/thenable.ts';
import { sanitize } from '../wire/sanitize.ts';
import { type CompiledRuleset, compileRuleset } from './compiled-ruleset.ts';
import { readDocumentInSteps } from './document/read-document.ts';
import { reportWarnings } from './document/warnings.ts';
import {
  errorOfEvent,
  isRulesSource,
  parsedDocumentOf,
  type RulesSource,
  readHealth,
  type SourceEvent,
  type SourceHealth,
  validateSnapshot,
} from './rules-source.ts';
import { CompileQueue, runToEnd, type Steps } from './time-slicing.ts';

/** How an application's rules are doing. */
export type RulesHealth = SourceHealth;

/** The rules of an application, kept up to date. */
export interface LiveRules {
  /** The rules in force at this moment. */
  current(): Ruleset;
  readonly ready: Promise<void>;
  health(): RulesHealth;
  close(): Promise<void>;
}

/** Rules from a document, which holds for good, or from a source. Throws for a document that cannot be used. */
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
 * A source whose documents are compiled as they come. Requests get the rules of a document when all of them are there; one
 * that is refused leaves the last good one in force. A source may be the application's own: what it throws is reported,
 * and ends neither a request nor the process.
 */
class RulesProvider implements LiveRules {
  readonly ready: Promise<void>;
  readonly #source: RulesSource;
  readonly #compiled: (document: unknown) => Steps<CompiledRuleset>;
  readonly #queue: CompileQueue<CompiledRuleset> = new CompileQueue();
  readonly #report: ErrorReporter;
  readonly #stop: unknown;
  // What the source's methods did wrong when they were last called.
  readonly #faults: Map<string, string> = new Map();
  #snapshot: unknown;
  /** The document of that snapshot: the same text in another snapshot is no news. */
  #text: unknown;
  #ruleset: Ruleset = NO_RULES;
  #revision: string | undefined;
  #refusal: string | undefined;
  #hasFailed = false;
  #isClosed = false;

  constructor(source: RulesSource, compiled: (document: unknown) => Steps<CompiledRuleset>, report: ErrorReporter) {
    this.#source = source;
    this.#compiled = compiled;
    this.#report = report;
    this.#stop = this.#ask('onChange()', () => source.onChange((event) => this.#heard(event)));
    this.#take(Number.POSITIVE_INFINITY); // what is there at the start holds from the first request
    this.#tellStandingFailure();
    const deadline = performance.now() + READY_TIMEOUT_MS;
    this.ready = settledWithin(() => source.ready).then(() => {
      this.#take();
      return settledWithin(() => this.#queue.idle(), undefined, deadline - performance.now());
    });
  }

  current(): Ruleset {
    return this.#ruleset;
  }

  health(): RulesHealth {
    const { age, lastError } = this.#sourceHealth();
    const error = lastError ?? this.#refusal ?? [...this.#faults.values()][0];
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
    await settledWithin(() => (typeof this.#stop === 'function' ? this.#stop() : undefined), failed);
    await settledWithin(() => this.#source.close(), failed);
  }

  #heard(event: SourceEvent | undefined): void {
    if (this.#isClosed) return;
    // The source may hand over anything, also what throws when it is read.
    const { kind, error } = this.#ask('event', () => ({ kind: event?.kind, error: errorOfEvent(event) })) ?? {};
    if (kind === 'changed') this.#take();
    else if (!isThenable(error)) this.#heardFailure(error);
    else this.#fail('the rules source has failed', undefined);
  }

  #heardFailure(error: unknown): void {
    this.#hasFailed = true;
    if (isGatekeeperError(error)) this.#report(error);
    else this.#fail('the rules source has failed', error);
  }

  /** Takes what the source has, if that is news: a document that takes few steps is in force when this returns. */
  #take(stepsAtOnce: number = MAX_SYNC_STEPS): void {
    const snapshot: unknown = this.#ask('current()', () => this.#source.current());
    if (this.#isClosed || snapshot === undefined || snapshot === this.#snapshot) return;
    this.#snapshot = snapshot;
    try {
      const { document, revision } = validateSnapshot(snapshot);
      if (typeof document === 'string' && document === this.#text) return;
      this.#text = document;
      const reading = parsedDocumentOf(snapshot as object, document);
      this.#queue.add(
        {
          start: () => this.#compiled(reading),
          done: (rules) => this.#put(rules, revision),
          failed: (cause) => this.#refuse(cause),
        },
        stepsAtOnce,
      );
    } catch (cause) {
      this.#refuse(cause);
    }
  }

  #put({ ruleset, notices }: CompiledRuleset, revision: unknown): void {
    this.#ruleset = ruleset;
    this.#revision = sanitize(typeof revision === 'string' ? revision : String(ruleset.revision), 200);
    this.#refusal = undefined;
    reportWarnings(notices, this.#report);
  }

  #refuse(cause: unknown): void {
    const error = toGatekeeperError(cause);
    this.#refusal = error.message;
    this.#report(error);
  }

  // A source may have failed before there was a keeper to tell: an `await` between the two is enough.
  #tellStandingFailure(): void {
    const { lastError } = this.#sourceHealth();
    if (lastError === undefined || this.#hasFailed) return;
    this.#report(new GatekeeperError('ERR_GK_RULES_SOURCE', lastError));
  }

  #sourceHealth(): SourceHealth {
    const health: unknown = this.#ask('health()', () => this.#source.health());
    return this.#ask('answer of health()', () => readHealth(health)) ?? {};
  }

  /** What a method of the source answers, or hands over. `undefined`, and one report until it goes well again, where it fails. */
  #ask<Answer>(method: string, call: () => Answer): Answer | undefined {
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

// About a thousand flags: they are compiled before a request can notice.
const MAX_SYNC_STEPS = 50;

function toGatekeeperError(cause: unknown): GatekeeperError {
  if (isGatekeeperError(cause)) return cause;
  return new GatekeeperError('ERR_GK_RULES_SOURCE', 'The rules document could not be compiled', { cause });
}

// `instanceof` itself throws for a revoked proxy.
function isGatekeeperError(error: unknown): error is GatekeeperError {
  try {
    return error instanceof GatekeeperError;
  } catch {
    return false;
  }
}

const READY_TIMEOUT_MS = 2_000;

/**
 * Resolves when what `start` began has settled, or after two seconds: an application whose source is down starts with its
 * code's answers. Never rejects.
 */
function settledWithin(
  start: () => unknown,
  onRejected: (cause: unknown) => void = () => {},
  timeout: number = READY_TIMEOUT_MS,
): Promise<void> {
  return new Promise((resolve) => {
    // Not unref'd: a process that waits for it before it listens would end here.
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
      if (!isThenable(start(), { fulfilled: settle, rejected })) settle();
    } catch (cause) {
      rejected(cause);
    }
  });
}
