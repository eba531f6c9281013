import type { ErrorReporter } from '../core/error-reporter.ts';
import { flagError, HookError } from '../core/errors.ts';
import type { CompiledFlag } from '../core/flags/compiled-flag.ts';
import type { Evaluation } from '../core/flags/flag.ts';
import type { FlagRule, Ruleset } from '../core/rules-port.ts';
import { quoted } from '../core/values.ts';
import { compileRule } from './compile-rules.ts';
import type { RuleDefinition, RulesDocument } from './document/rules-document.ts';
import { documentWarnings, type RulesWarning } from './document/warnings.ts';
import type { ResultFactory, RuleReason } from './results.ts';
import { FLAGS_PER_STEP, type Steps } from './time-slicing.ts';

/** A document's rules for an application's flags, and warnings about the parts that are left out. */
export interface CompiledRuleset {
  readonly ruleset: Ruleset;
  readonly notices: readonly RulesWarning[];
}

/**
 * Compiles a document's rules for an application's flags, some flags a step. Rules that cannot be used are left out with a
 * warning.
 */
export function* compileRuleset(
  document: RulesDocument,
  flags: ReadonlyMap<string, CompiledFlag>,
  report: ErrorReporter,
): Steps<CompiledRuleset> {
  const byFlagIndex = Array.from<FlagRule | undefined>({ length: flags.size }).fill(undefined);
  const warnings: RulesWarning[] = [...documentWarnings(document)];
  let count = 0;
  for (const [name, rule] of document.flags) {
    if (++count % FLAGS_PER_STEP === 0) yield;
    const flag = flags.get(name);
    const warning = flag === undefined ? unknownFlagWarning(name) : unknownVariantWarning(flag, rule);
    if (warning !== undefined) warnings.push(warning);
    // A kill switch works even if the rest of the flag is invalid.
    const isUsable = rule.state === 'DISABLED' || (warning === undefined && rule.fault === undefined);
    if (flag !== undefined && isUsable)
      byFlagIndex[flag.index] = compileRule(name, rule, new FlagResultFactory(flag, report));
  }
  return { ruleset: { revision: document.revision, byFlagIndex }, notices: warnings };
}

function unknownFlagWarning(name: string): RulesWarning {
  const message = `Flag ${quoted(name)}: the code has no such flag`;
  return { code: 'unknown-flag', flag: name, message, path: ['flags', name] };
}

function unknownVariantWarning(
  { name, definition }: CompiledFlag,
  { variants }: RuleDefinition,
): RulesWarning | undefined {
  const unknown = [...variants.keys()].find((variant) => !definition.variants.includes(variant));
  if (unknown === undefined) return undefined;
  const what = `its rule is left out: the variant ${quoted(unknown)} is not one of ${definition.variants.join(', ')}`;
  return { code: 'unknown-variant', flag: name, message: `Flag ${name}: ${what}`, path: ['flags', name, 'variants'] };
}

class FlagResultFactory implements ResultFactory<Evaluation | undefined> {
  readonly #flag: CompiledFlag;
  readonly #report: ErrorReporter;
  #hasFailed = false;

  constructor(flag: CompiledFlag, report: ErrorReporter) {
    this.#flag = flag;
    this.#report = report;
  }

  variant(variant: string, reason: RuleReason): Evaluation {
    return this.#flag.ruleEvaluation(variant, reason);
  }

  disabled(): Evaluation {
    return this.#flag.ruleEvaluation(this.#flag.definition.default, 'DISABLED');
  }

  noVariant(): undefined {
    return undefined;
  }

  failed(_errorCode: string, what: string, cause?: unknown): Evaluation {
    if (!HookError.isHookError(cause)) {
      // Reported once for each revision, not at each request: the rule does not change, and neither does its error.
      if (this.#hasFailed) return this.#flag.errorEvaluation('GENERAL');
      this.#hasFailed = true;
    }
    this.#report(flagError(this.#flag.name, { code: 'ERR_GK_RULE_FAILED', what, cause }));
    return this.#flag.errorEvaluation('GENERAL');
  }
}
