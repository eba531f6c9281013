import type { ErrorReporter } from '../../core/error-reporter.ts';
import { GatekeeperError } from '../../core/errors.ts';
import { quoted } from '../../core/values.ts';
import { sanitize } from '../../wire/sanitize.ts';
import type { JsonPath } from './json-position.ts';
import type { RuleFault, RulesDocument } from './rules-document.ts';

/** A part of a document that is left out, and why. The rest of the document is used. */
export interface RulesWarning {
  readonly code: RuleFault['code'] | 'unknown-flag' | 'unknown-variant' | 'value-type';
  /** The flag; `undefined` if the warning is about an evaluator. */
  readonly flag: string | undefined;
  readonly message: string;
  /** Where in the document: `['flags', 'CHECKOUT', 'state']`. */
  readonly path: JsonPath;
}

/** The warnings about a document that do not depend on the flags in code. */
export function documentWarnings({ flags, evaluatorFaults }: RulesDocument): readonly RulesWarning[] {
  const warnings: RulesWarning[] = [];
  for (const [name, fault] of evaluatorFaults) {
    const message = `Evaluator ${quoted(name)}: ${fault.what}`;
    warnings.push({ code: fault.code, flag: undefined, message, path: fault.path });
  }
  for (const [flag, { fault }] of flags) {
    if (fault === undefined) continue;
    const message = `Flag ${quoted(flag)}: its rule is left out: ${fault.what}`;
    warnings.push({ code: fault.code, flag, message, path: fault.path });
  }
  return warnings;
}

/**
 * Reports warnings to `report`. Flags that the code does not have become one warning with their number, because one document
 * may serve several services that each have some of its flags. Of all other warnings it reports the first ten and the
 * number of the rest.
 */
export function reportWarnings(warnings: readonly RulesWarning[], report: ErrorReporter): void {
  const unknownFlags = warnings.filter(({ code }) => code === 'unknown-flag');
  const others = warnings.length - unknownFlags.length;
  let reported = 0;
  for (const warning of warnings) {
    if (warning.code !== 'unknown-flag') {
      if (++reported <= MAX_WARNINGS) reportWarning(report, warning.message, warning.flag);
    } else if (warning === unknownFlags[0]) reportUnknownFlags(unknownFlags, report);
  }
  if (others <= MAX_WARNINGS) return;
  const what = `${others - MAX_WARNINGS} more warnings about this rules document`;
  reportWarning(report, `There are ${what}; "gatekeeper-flags check" lists them`);
}

function reportUnknownFlags(unknownFlags: readonly RulesWarning[], report: ErrorReporter): void {
  const [only, ...more] = unknownFlags;
  if (only !== undefined && more.length === 0) {
    reportWarning(report, only.message, only.flag);
    return;
  }
  const names = unknownFlags.slice(0, MAX_NAMES).map(({ flag }) => quoted(flag));
  const rest = unknownFlags.length > MAX_NAMES ? ` and ${unknownFlags.length - MAX_NAMES} more` : '';
  reportWarning(
    report,
    `${unknownFlags.length} flags of the rules document are not in the code: ${names.join(', ')}${rest}`,
  );
}

const MAX_NAMES = 5;
const MAX_WARNINGS = 10;

function reportWarning(report: ErrorReporter, message: string, flag?: string): void {
  report(new GatekeeperError('ERR_GK_RULES_NOTICE', message, flag === undefined ? {} : { flag: sanitize(flag) }));
}
