import type { CompiledFlag } from '../core/compiled-flag.ts';
import { GatekeeperError, kindOf } from '../core/gatekeeper-error.ts';
import { answerOfHook, type HookFailure } from '../core/hook.ts';
import type { Report } from '../core/report.ts';
import { NO_RULES, type Ruleset } from '../core/ruleset.ts';
import { isThenable } from '../core/thenable.ts';
import { isForeignObject } from '../wire/foreign-json.ts';
import { sanitize } from '../wire/sanitize.ts';
import { CompileQueue } from './compile-queue.ts';
import { atOnce, type Steps } from './in-slices.ts';
import { reportNotices } from './notice.ts';
import { readInSteps } from './read-document.ts';
import { readingOf } from './reading.ts';
import type { RulesSource, SourceEvent, SourceHealth } from './rules-source.ts';
import { type CompiledRuleset, compileInSteps } from './ruleset.ts';

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
export function liveRules(rules: unknown, flags: ReadonlyMap<string, CompiledFlag>, report: Report): LiveRules {
  function* compiled(document: unknown): Steps<CompiledRuleset> {
    return yield* compileInSteps(yield* readInSteps(document), flags, report);
  }
  if (isSource(rules)) return new FollowedSource(rules, compiled, report);
  if (rules === undefined) return lasting(NO_RULES);
  const { ruleset, notices } = atOnce(compiled(rules));
  reportNotices(notices, report);
  return lasting(ruleset);
}

function lasting(ruleset: Ruleset): LiveRules {
  return {
    current: () => ruleset,
    ready: Promise.resolve(),
    health: () => (ruleset.revision === undefined ? {} : { revision: ruleset.revision }),
    close: async () => {},
  };
}

/** Whether rules are a source. Throws for one that lacks a method: as a document it would be refused for its flags. */
function isSource(rules: unknown): rules is RulesSource {
  if (typeof rules !== 'object' || rules === null) return false;
  const lacking = METHODS.filter((method) => typeof (rules as Partial<RulesSource>)[method] !== 'function');
  if (lacking.length === 0 || lacking.length === METHODS.length) return lacking.length === 0;
  const what = `rules: a source must have the methods ${METHODS.join(', ')}; this one lacks ${lacking.join(', ')}`;
  throw new GatekeeperError('ERR_GK_OPTIONS', what);
}

const METHODS = ['current', 'onChange', 'health', 'close'] as const;

/**
 * A source whose documents are compiled as they come. Requests get the rules of a document when all of them are there; one
 * that is refused leaves the last good one in force. A source may be the application's own: what it throws is reported,
 * and ends neither a request nor the process.
 */
class FollowedSource implements LiveRules {
  readonly ready: Promise<void>;
  readonly #source: RulesSource;
  readonly #compiled: (document: unknown) => Steps<CompiledRuleset>;
  readonly #queue: CompileQueue<CompiledRuleset> = new CompileQueue();
  readonly #report: Report;
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

  constructor(source: RulesSource, compiled: (document: unknown) => Steps<CompiledRuleset>, report: Report) {
    this.#source = source;
    this.#compiled = compiled;
    this.#report = report;
    this.#stop = this.#ask('onChange()', () => source.onChange((event) => this.#heard(event)));
    this.#take(Number.POSITIVE_INFINITY); // what is there at the start holds from the first request
    this.#tellStandingFailure();
    const deadline = performance.now() + WITHIN;
    this.ready = settled(() => source.ready).then(() => {
      this.#take();
      return settled(() => this.#queue.idle(), undefined, deadline - performance.now());
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
    await settled(() => (typeof this.#stop === 'function' ? this.#stop() : undefined), failed);
    await settled(() => this.#source.close(), failed);
  }

  #heard(event: SourceEvent | undefined): void {
    if (this.#isClosed) return;
    // The source may hand over anything, also what throws when it is read.
    const { kind, error } = this.#ask('event', () => ({ kind: event?.kind, error: errorIn(event) })) ?? {};
    if (kind === 'changed') this.#take();
    else if (!isThenable(error)) this.#heardFailure(error);
    else this.#fail('the rules source has failed', undefined);
  }

  #heardFailure(error: unknown): void {
    this.#hasFailed = true;
    if (isOurs(error)) this.#report(error);
    else this.#fail('the rules source has failed', error);
  }

  /** Takes what the source has, if that is news: a document that takes few steps is in force when this returns. */
  #take(stepsAtOnce: number = STEPS_AT_ONCE): void {
    const snapshot: unknown = this.#ask('current()', () => this.#source.current());
    if (this.#isClosed || snapshot === undefined || snapshot === this.#snapshot) return;
    this.#snapshot = snapshot;
    try {
      const { document, revision } = checkedSnapshot(snapshot);
      if (typeof document === 'string' && document === this.#text) return;
      this.#text = document;
      const reading = readingOf(snapshot as object, document);
      this.#queue.add(
        {
          begin: () => this.#compiled(reading),
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
    reportNotices(notices, this.#report);
  }

  #refuse(cause: unknown): void {
    const error = refusalOf(cause);
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
      const answer = answerOfHook(`the rules source's ${method}`, 'ERR_GK_RULES_SOURCE', call);
      this.#faults.delete(method);
      return answer;
    } catch (failure) {
      const { message } = failure as HookFailure;
      if (this.#faults.get(method) !== message) this.#report(failure as HookFailure);
      this.#faults.set(method, message);
      return undefined;
    }
  }

  #fail(what: string, cause: unknown): void {
    this.#report(new GatekeeperError('ERR_GK_RULES_SOURCE', what, { cause }));
  }
}

// About a thousand flags: they are compiled before a request can notice.
const STEPS_AT_ONCE = 50;

function errorIn(event: SourceEvent | undefined): unknown {
  return (event as { readonly error?: unknown } | undefined)?.error;
}

function readHealth(health: unknown): SourceHealth {
  const { age, lastError }: { readonly age?: unknown; readonly lastError?: unknown } = isForeignObject(health)
    ? health
    : {};
  return {
    ...(typeof age === 'number' ? { age } : {}),
    ...(typeof lastError === 'string' ? { lastError } : lastError ? { lastError: 'the rules source has failed' } : {}),
  };
}

function checkedSnapshot(snapshot: unknown): { readonly document?: unknown; readonly revision?: unknown } {
  if (isForeignObject(snapshot)) return snapshot;
  const what = `the rules source's current() must return { document, revision }; got ${kindOf(snapshot)}`;
  throw new GatekeeperError('ERR_GK_RULES_SOURCE', what);
}

function refusalOf(cause: unknown): GatekeeperError {
  if (isOurs(cause)) return cause;
  return new GatekeeperError('ERR_GK_RULES_SOURCE', 'The rules document could not be compiled', { cause });
}

// `instanceof` itself throws for a revoked proxy.
function isOurs(error: unknown): error is GatekeeperError {
  try {
    return error instanceof GatekeeperError;
  } catch {
    return false;
  }
}

const WITHIN = 2_000;

/**
 * Resolves when what `start` began has settled, or after two seconds: an application whose source is down starts with its
 * code's answers. Never rejects.
 */
function settled(
  start: () => unknown,
  onRejected: (cause: unknown) => void = () => {},
  within: number = WITHIN,
): Promise<void> {
  return new Promise((resolve) => {
    // Not unref'd: a process that waits for it before it listens would end here.
    const deadline = setTimeout(resolve, within);
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
