import type { CompiledFlag } from '../core/compiled-flag.ts';
import { GatekeeperError, kindOf } from '../core/gatekeeper-error.ts';
import { answerOfHook, type HookFailure } from '../core/hook.ts';
import type { Report } from '../core/report.ts';
import { NO_RULES, type Ruleset } from '../core/ruleset.ts';
import { isThenable } from '../core/thenable.ts';
import { isForeignObject } from '../wire/foreign-json.ts';
import { sanitize } from '../wire/sanitize.ts';
import { readDocument } from './read-document.ts';
import type { RulesSource, SourceEvent, SourceHealth } from './rules-source.ts';
import { compileRuleset } from './ruleset.ts';

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
  const rulesIn = (document: unknown): Ruleset => {
    const { ruleset, notices } = compileRuleset(readDocument(document), flags, report);
    for (const { flag, message } of notices) {
      report(new GatekeeperError('ERR_GK_RULES_NOTICE', message, flag === undefined ? {} : { flag: sanitize(flag) }));
    }
    return ruleset;
  };
  if (isSource(rules)) return new FollowedSource(rules, rulesIn, report);
  const ruleset = rules === undefined ? NO_RULES : rulesIn(rules);
  return {
    current: () => ruleset,
    ready: Promise.resolve(),
    health: () => (ruleset.revision === undefined ? {} : { revision: ruleset.revision }),
    close: async () => {},
  };
}

function isSource(rules: unknown): rules is RulesSource {
  if (typeof rules !== 'object' || rules === null) return false;
  return (['current', 'onChange', 'health', 'close'] as const).every(
    (method) => typeof (rules as Partial<RulesSource>)[method] === 'function',
  );
}

/**
 * A source whose every document is compiled as it comes; one that is refused leaves the last good one in force. A source
 * may be anybody's code: whatever it throws is reported, and ends neither a request nor the process.
 */
class FollowedSource implements LiveRules {
  readonly ready: Promise<void>;
  readonly #source: RulesSource;
  readonly #rulesIn: (document: unknown) => Ruleset;
  readonly #report: Report;
  readonly #stop: unknown;
  // What the source's methods did wrong when they were last called.
  readonly #faults: Map<string, string> = new Map();
  #snapshot: unknown;
  #ruleset: Ruleset = NO_RULES;
  #revision: string | undefined;
  #refusal: string | undefined;
  #hasFailed = false;
  #isClosed = false;

  constructor(source: RulesSource, rulesIn: (document: unknown) => Ruleset, report: Report) {
    this.#source = source;
    this.#rulesIn = rulesIn;
    this.#report = report;
    this.#stop = this.#ask('onChange', () => source.onChange((event) => this.#heard(event)));
    this.#take();
    this.#tellStandingFailure();
    this.ready = settled(() => source.ready).then(() => this.#take());
  }

  current(): Ruleset {
    return this.#ruleset;
  }

  health(): RulesHealth {
    const { age, lastError } = this.#sourceHealth();
    const error = lastError ?? this.#refusal ?? [...this.#faults.values()][0];
    return {
      ...(this.#revision === undefined ? {} : { revision: this.#revision }),
      ...(typeof age === 'number' ? { age } : {}),
      ...(error === undefined ? {} : { lastError: sanitize(String(error)) }),
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const failed = (cause: unknown): void => this.#fail('the rules source could not be closed', cause);
    await settled(() => (typeof this.#stop === 'function' ? this.#stop() : undefined), failed);
    await settled(() => this.#source.close(), failed);
  }

  #heard(event: SourceEvent | undefined): void {
    if (this.#isClosed) return;
    if (event?.kind === 'changed') this.#take();
    else this.#heardFailure(event?.error);
  }

  #heardFailure(error: unknown): void {
    this.#hasFailed = true;
    if (isOurs(error)) this.#report(error);
    else this.#fail('the rules source has failed', error);
  }

  #take(): void {
    const snapshot: unknown = this.#ask('current', () => this.#source.current());
    if (this.#isClosed || snapshot === undefined || snapshot === this.#snapshot) return;
    this.#snapshot = snapshot;
    try {
      const { document, revision } = checkedSnapshot(snapshot);
      this.#ruleset = this.#rulesIn(document);
      this.#revision = sanitize(String(revision), 200);
      this.#refusal = undefined;
    } catch (cause) {
      const error = refusalOf(cause);
      this.#refusal = error.message;
      this.#report(error);
    }
  }

  // A source may have failed before there was a keeper to tell: an `await` between the two is enough.
  #tellStandingFailure(): void {
    const { lastError } = this.#sourceHealth();
    if (lastError === undefined || this.#hasFailed) return;
    this.#report(new GatekeeperError('ERR_GK_RULES_SOURCE', String(lastError)));
  }

  #sourceHealth(): SourceHealth {
    const health: unknown = this.#ask('health', () => this.#source.health());
    return isForeignObject(health) ? health : {};
  }

  /** What a method of the source answers. `undefined`, and one report until it goes well again, where it fails. */
  #ask<Answer>(method: string, call: () => Answer): Answer | undefined {
    try {
      const answer = answerOfHook(`the rules source's ${method}()`, 'ERR_GK_RULES_SOURCE', call);
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

function checkedSnapshot(snapshot: unknown): { readonly document?: unknown; readonly revision?: unknown } {
  if (isForeignObject(snapshot)) return snapshot;
  const what = `the rules source's current() must return { document, revision }; got ${kindOf(snapshot)}`;
  throw new GatekeeperError('ERR_GK_RULES_SOURCE', what);
}

function refusalOf(cause: unknown): GatekeeperError {
  if (isOurs(cause)) return cause;
  return new GatekeeperError('ERR_GK_RULES_SOURCE', 'The rules document could not be compiled', { cause });
}

// At a revoked proxy, which anybody may throw, `instanceof` itself would throw.
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
function settled(start: () => unknown, onRejected: (cause: unknown) => void = () => {}): Promise<void> {
  return new Promise((resolve) => {
    // Not unref'd: a process that waits for it before it listens would end here.
    const deadline = setTimeout(resolve, WITHIN);
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
