import type { ErrorReporter } from '../../core/error-reporter.ts';
import { GatekeeperError } from '../../core/errors.ts';
import { quoted } from '../../core/values.ts';
import { sanitize } from '../../wire/sanitize.ts';
import type { JsonPath } from './json-position.ts';
import type { RuleFault, RulesDocument } from './rules-document.ts';

/** Something in a document that is left out, and why; the rest of it holds. */
export interface RulesWarning {
  readonly code: RuleFault['code'] | 'unknown-flag' | 'unknown-variant';
  /** The flag concerned; `undefined` where it is an evaluator. */
  readonly flag: string | undefined;
  readonly message: string;
  /** Where in the document: `['flags', 'CHECKOUT', 'state']`. */
  readonly path: JsonPath;
}

/** The notices about a document that need no knowledge of the code's flags. */
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
 * Reports what is left out of a document: the flags that the code does not have as one error with their number, because
 * which flags of a document a service knows is its own business; of everything else the first ten, and how many more.
 */
export function reportWarnings(warnings: readonly RulesWarning[], report: ErrorReporter): void {
  const foreign = warnings.filter(({ code }) => code === 'unknown-flag');
  const others = warnings.length - foreign.length;
  let said = 0;
  for (const warning of warnings) {
    if (warning.code !== 'unknown-flag') {
      if (++said <= MAX_WARNINGS) reportWarning(report, warning.message, warning.flag);
    } else if (warning === foreign[0]) reportUnknownFlags(foreign, report);
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
