import type { CompiledFlag } from '../core/compiled-flag.ts';
import type { Evaluation } from '../core/evaluation.ts';
import { quoted } from '../core/gatekeeper-error.ts';
import { flagFailure, HookFailure } from '../core/hook.ts';
import type { Report } from '../core/report.ts';
import type { FlagRule, Ruleset } from '../core/ruleset.ts';
import type { Answers, RuleReason } from './answers.ts';
import type { Steps } from './in-slices.ts';
import { type Notice, noticesOf } from './notice.ts';
import { compileRule } from './rule.ts';
import type { RuleDefinition, RulesDocument } from './rules-document.ts';

/** A document's rules for an application's flags, and what of it cannot be used. */
export interface CompiledRuleset {
  readonly ruleset: Ruleset;
  readonly notices: readonly Notice[];
}

/** A document's rules for an application's flags, in steps of some flags; what it cannot use is left out and noted. */
export function* compileInSteps(
  document: RulesDocument,
  flags: ReadonlyMap<string, CompiledFlag>,
  report: Report,
): Steps<CompiledRuleset> {
  const byPlace = Array.from<FlagRule | undefined>({ length: flags.size }).fill(undefined);
  const notices: Notice[] = [...noticesOf(document)];
  let count = 0;
  for (const [name, rule] of document.flags) {
    if (++count % FLAGS_A_STEP === 0) yield;
    const flag = flags.get(name);
    const notice = flag === undefined ? unknownFlag(name) : unknownVariant(flag, rule);
    if (notice !== undefined) notices.push(notice);
    // A kill switch works, whatever else is wrong with the flag.
    const isUsable = rule.state === 'DISABLED' || (notice === undefined && rule.fault === undefined);
    if (flag !== undefined && isUsable) byPlace[flag.place] = compileRule(name, rule, new FlagAnswers(flag, report));
  }
  return { ruleset: { revision: document.revision, byPlace }, notices };
}

const FLAGS_A_STEP = 50;

function unknownFlag(name: string): Notice {
  const message = `Flag ${quoted(name)}: the code has no such flag`;
  return { code: 'unknown-flag', flag: name, message, path: ['flags', name] };
}

function unknownVariant({ name, definition }: CompiledFlag, { variants }: RuleDefinition): Notice | undefined {
  const unknown = [...variants.keys()].find((variant) => !definition.variants.includes(variant));
  if (unknown === undefined) return undefined;
  const what = `its rule is left out: ${quoted(unknown)} is not one of ${definition.variants.join(', ')}`;
  return { code: 'unknown-variant', flag: name, message: `Flag ${name}: ${what}`, path: ['flags', name, 'variants'] };
}

class FlagAnswers implements Answers<Evaluation | undefined> {
  readonly #flag: CompiledFlag;
  readonly #report: Report;
  #hasFailed = false;

  constructor(flag: CompiledFlag, report: Report) {
    this.#flag = flag;
    this.#report = report;
  }

  variant(variant: string, reason: RuleReason): Evaluation {
    return this.#flag.ruled(variant, reason);
  }

  disabled(): Evaluation {
    return this.#flag.ruled(this.#flag.definition.default, 'DISABLED');
  }

  none(): undefined {
    return undefined;
  }

  failed(_errorCode: string, what: string, cause?: unknown): Evaluation {
    if (!HookFailure.isFailure(cause)) {
      // Reported once for each revision, not at each request: the rule is the same, and so is what is wrong with it.
      if (this.#hasFailed) return this.#flag.failed('GENERAL');
      this.#hasFailed = true;
    }
    this.#report(flagFailure(this.#flag.name, { code: 'ERR_GK_RULE_FAILED', what, cause }));
    return this.#flag.failed('GENERAL');
  }
}
