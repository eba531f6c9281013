import type { Asker } from './asker.ts';
import type { CompiledFlag } from './compiled-flag.ts';
import type { Evaluation } from './evaluation.ts';
import { type GatekeeperErrorCode, quoted } from './gatekeeper-error.ts';
import { flagFailure } from './hook.ts';
import type { Report } from './report.ts';
import { NO_RULES, type Ruleset } from './ruleset.ts';
import { isThenable } from './thenable.ts';

/**
 * Decides flags without the browser's word: user list, rule, `decide`, default. Whatever fails gives the default and
 * one report.
 */
export class Decisions {
  readonly #report: Report;
  // Every `decide` that is running at this moment, so that one that comes back to its own flag is noticed.
  readonly #running: Run[] = [];

  constructor(report: Report) {
    this.#report = report;
  }

  decide(flag: CompiledFlag, asker: Asker, rules: Ruleset): Evaluation {
    try {
      const listed = flag.listed(asker);
      if (listed !== undefined) return listed;
      return rules === NO_RULES && !flag.decides ? flag.byDefault : this.unlisted(flag, asker, rules);
    } catch (cause) {
      return this.failed({ flag, asker }, 'ERR_GK_DECIDE_THREW', 'its evaluation failed', cause);
    }
  }

  private unlisted(flag: CompiledFlag, asker: Asker, { byPlace }: Ruleset): Evaluation {
    const rule = byPlace[flag.place];
    if (rule === undefined && !flag.decides) return flag.byDefault;
    const key = rule?.looksAtUser ? asker.targetingKey : undefined;
    return rule?.answer(key, asker) ?? (flag.decides ? this.byCode(flag, asker) : flag.byDefault);
  }

  private byCode(flag: CompiledFlag, asker: Asker): Evaluation {
    const { pendingReads } = asker;
    const again = this.#running.findIndex(
      // What `userId` or `attributes` asks sees nobody, so the same flag there is another question.
      (run) => run.flag === flag && run.asker === asker && run.pendingReads === pendingReads,
    );
    if (again !== -1) {
      // Each flag of the circle gets its default, so that the answer does not depend on which was asked first.
      for (const run of this.#running.slice(again)) run.circular = true;
      return flag.failed('GENERAL');
    }
    const run: Run = { flag, asker, pendingReads, circular: false };
    this.#running.push(run);
    try {
      const variant: unknown = flag.definition.decide?.(asker.context);
      return run.circular ? this.recursion(run) : this.checked(run, variant);
    } catch (cause) {
      return run.circular ? this.recursion(run) : this.failed(run, 'ERR_GK_DECIDE_THREW', 'decide threw', cause);
    } finally {
      this.#running.pop();
    }
  }

  private checked(run: Question, variant: unknown): Evaluation {
    const { flag } = run;
    if (variant === undefined) return flag.byDefault;
    if (isThenable(variant)) {
      return this.failed(run, 'ERR_GK_DECIDE_PROMISE', 'decide returned a promise; it has to answer synchronously');
    }
    const answer = typeof variant === 'string' ? flag.answer('code', variant) : undefined;
    if (answer !== undefined) return answer;
    const known = flag.definition.variants.join(', ');
    return this.failed(run, 'ERR_GK_DECIDE_VARIANT', `decide returned ${quoted(variant)}, not one of ${known}`);
  }

  private recursion(run: Question): Evaluation {
    return this.failed(run, 'ERR_GK_DECIDE_RECURSION', 'decide asks for its own flag, directly or through another');
  }

  private failed({ flag, asker }: Question, code: GatekeeperErrorCode, what: string, cause?: unknown): Evaluation {
    const error = flagFailure(flag.name, { code, what, cause });
    if (asker.isNewFailure(flag.name, error.code)) this.#report(error);
    return flag.failed(TYPE_MISMATCHES.has(code) ? 'TYPE_MISMATCH' : 'GENERAL');
  }
}

/** A flag, and whom it is evaluated for. */
interface Question {
  readonly flag: CompiledFlag;
  readonly asker: Asker;
}

interface Run extends Question {
  readonly pendingReads: number;
  circular: boolean;
}

const TYPE_MISMATCHES: ReadonlySet<GatekeeperErrorCode> = new Set(['ERR_GK_DECIDE_PROMISE', 'ERR_GK_DECIDE_VARIANT']);
