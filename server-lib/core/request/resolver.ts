import type { ErrorReporter } from '../error-reporter.ts';
import { flagError, type GatekeeperErrorCode } from '../errors.ts';
import { type CompiledFlag, visitorEvaluation } from '../flags/compiled-flag.ts';
import type { Evaluation } from '../flags/flag.ts';
import type { FlagRule, Ruleset } from '../rules-port.ts';
import { isThenable } from '../thenable.ts';
import { quoted } from '../values.ts';
import type { EvaluationContext, VisitorHost } from './evaluation-context.ts';

/**
 * Evaluates flags without overrides: user list, rule, `decide`, default. A failure gives the default and one error report.
 */
export class Resolver {
  readonly #report: ErrorReporter;
  // Every `decide` that is running, to detect one that evaluates its own flag.
  readonly #running: RunningDecide[] = [];

  constructor(report: ErrorReporter) {
    this.#report = report;
  }

  evaluate(flag: CompiledFlag, context: EvaluationContext, rules: Ruleset, host: VisitorHost): Evaluation {
    try {
      const listed = flag.userListEvaluation(context);
      if (listed !== undefined) return listed;
      const rule = rules.byFlagIndex[flag.index];
      if (rule !== undefined) {
        const key = rule.dependsOnUser ? context.targetingKey : undefined;
        const needsVisitor = key === undefined && rule.dependsOnUser;
        const ruled = needsVisitor ? this.fromVisitorRule(rule, context, host) : rule.evaluate(key, context);
        if (ruled !== undefined) return ruled;
      }
      return flag.hasDecide ? this.fromDecide(flag, context) : flag.defaultEvaluation;
    } catch (cause) {
      return this.errorEvaluation({ flag, context }, 'ERR_GK_DECIDE_THREW', 'its evaluation failed', cause);
    }
  }

  /** Evaluates a rule for a request without a user, by the visitor's id if there is one. */
  private fromVisitorRule(rule: FlagRule, context: EvaluationContext, host: VisitorHost): Evaluation | undefined {
    const id = context.readVisitorId(host);
    const evaluation = rule.evaluate(id, context);
    return id === undefined || evaluation?.source !== 'rule' ? evaluation : visitorEvaluation(evaluation);
  }

  private fromDecide(flag: CompiledFlag, context: EvaluationContext): Evaluation {
    const { pendingReads } = context;
    const first = this.#running.findIndex(
      // A flag evaluated inside `userId` or `attributes` has no user; evaluating it there is not recursion.
      (run) => run.flag === flag && run.context === context && run.pendingReads === pendingReads,
    );
    if (first !== -1) {
      // Each flag of the cycle gets its default, so that the result does not depend on which was evaluated first.
      for (const run of this.#running.slice(first)) run.isCircular = true;
      return flag.errorEvaluation('GENERAL');
    }
    const run: RunningDecide = { flag, context, pendingReads, isCircular: false };
    this.#running.push(run);
    try {
      const variant: unknown = flag.definition.decide?.(context.decideContext);
      return run.isCircular ? this.recursionError(run) : this.validateVariant(run, variant);
    } catch (cause) {
      return run.isCircular
        ? this.recursionError(run)
        : this.errorEvaluation(run, 'ERR_GK_DECIDE_THREW', 'decide threw', cause);
    } finally {
      this.#running.pop();
    }
  }

  private validateVariant(run: FlagEvaluation, variant: unknown): Evaluation {
    const { flag } = run;
    if (variant === undefined) return flag.defaultEvaluation;
    if (isThenable(variant)) {
      return this.errorEvaluation(run, 'ERR_GK_DECIDE_PROMISE', 'decide must be synchronous; it returned a promise');
    }
    const evaluation = typeof variant === 'string' ? flag.evaluationFor('code', variant) : undefined;
    if (evaluation !== undefined) return evaluation;
    const known = flag.definition.variants.join(', ');
    return this.errorEvaluation(
      run,
      'ERR_GK_DECIDE_VARIANT',
      `decide must return one of ${known}; got ${quoted(variant)}`,
    );
  }

  private recursionError(run: FlagEvaluation): Evaluation {
    return this.errorEvaluation(
      run,
      'ERR_GK_DECIDE_RECURSION',
      'decide evaluates its own flag, directly or through another',
    );
  }

  private errorEvaluation(
    { flag, context }: FlagEvaluation,
    code: GatekeeperErrorCode,
    what: string,
    cause?: unknown,
  ): Evaluation {
    const error = flagError(flag.name, { code, what, cause });
    if (context.isFirstError(flag.name, error.code)) this.#report(error);
    return flag.errorEvaluation(TYPE_MISMATCHES.has(code) ? 'TYPE_MISMATCH' : 'GENERAL');
  }
}

/** A flag, and the context it is evaluated in. */
interface FlagEvaluation {
  readonly flag: CompiledFlag;
  readonly context: EvaluationContext;
}

interface RunningDecide extends FlagEvaluation {
  readonly pendingReads: number;
  isCircular: boolean;
}

const TYPE_MISMATCHES: ReadonlySet<GatekeeperErrorCode> = new Set(['ERR_GK_DECIDE_PROMISE', 'ERR_GK_DECIDE_VARIANT']);
