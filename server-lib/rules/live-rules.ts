import type { CompiledFlag } from '../core/compiled-flag.ts';
import { GatekeeperError } from '../core/gatekeeper-error.ts';
import type { Report } from '../core/report.ts';
import { NO_RULES, type Ruleset } from '../core/ruleset.ts';
import { readDocument } from './read-document.ts';
import type { RulesSnapshot, RulesSource, SourceEvent, SourceHealth } from './rules-source.ts';
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
      report(new GatekeeperError('ERR_GK_RULES_NOTICE', message, flag === undefined ? {} : { flag }));
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

/** A source whose every document is compiled as it comes; one that is refused leaves the last good one in force. */
class FollowedSource implements LiveRules {
  readonly ready: Promise<void>;
  readonly #source: RulesSource;
  readonly #rulesIn: (document: unknown) => Ruleset;
  readonly #report: Report;
  readonly #stop: () => void;
  #snapshot: RulesSnapshot | undefined;
  #ruleset: Ruleset = NO_RULES;
  #revision: string | undefined;
  #refusal: string | undefined;

  constructor(source: RulesSource, rulesIn: (document: unknown) => Ruleset, report: Report) {
    this.#source = source;
    this.#rulesIn = rulesIn;
    this.#report = report;
    this.#stop = source.onChange((event) => this.#heard(event));
    this.#take();
    this.ready = soonEnough(source.ready).then(() => this.#take());
  }

  current(): Ruleset {
    return this.#ruleset;
  }

  health(): RulesHealth {
    const { age, lastError = this.#refusal } = this.#source.health();
    return {
      ...(this.#revision === undefined ? {} : { revision: this.#revision }),
      ...(age === undefined ? {} : { age }),
      ...(lastError === undefined ? {} : { lastError }),
    };
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#source.close();
  }

  #heard(event: SourceEvent): void {
    if (event.kind === 'changed') this.#take();
    else this.#report(event.error);
  }

  #take(): void {
    const snapshot = this.#source.current();
    if (snapshot === undefined || snapshot === this.#snapshot) return;
    this.#snapshot = snapshot;
    try {
      this.#ruleset = this.#rulesIn(snapshot.document);
      this.#revision = snapshot.revision;
      this.#refusal = undefined;
    } catch (cause) {
      const error = refusalOf(cause);
      this.#refusal = error.message;
      this.#report(error);
    }
  }
}

function refusalOf(cause: unknown): GatekeeperError {
  if (cause instanceof GatekeeperError) return cause;
  return new GatekeeperError('ERR_GK_RULES_SOURCE', 'The rules document could not be compiled', { cause });
}

const READY_WITHIN = 2_000;

/** Resolves with `ready`, or after two seconds: an application whose source is down starts with its code's answers. */
function soonEnough(ready: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    // Not unref'd: a process that waits for it before it listens would end here.
    const deadline = setTimeout(resolve, READY_WITHIN);
    const settle = (): void => {
      clearTimeout(deadline);
      resolve();
    };
    ready.then(settle, settle);
  });
}
