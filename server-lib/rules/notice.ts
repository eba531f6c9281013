import { GatekeeperError, quoted } from '../core/gatekeeper-error.ts';
import type { Report } from '../core/report.ts';
import { sanitize } from '../wire/sanitize.ts';
import type { JsonPath } from './json-position.ts';
import type { RuleFault, RulesDocument } from './rules-document.ts';

/** Something in a document that is left out, and why; the rest of it holds. */
export interface Notice {
  readonly code: RuleFault['code'] | 'unknown-flag' | 'unknown-variant';
  /** The flag concerned; `undefined` where it is an evaluator. */
  readonly flag: string | undefined;
  readonly message: string;
  /** Where in the document: `['flags', 'CHECKOUT', 'state']`. */
  readonly path: JsonPath;
}

/** The notices about a document that need no knowledge of the code's flags. */
export function noticesOf({ flags, evaluatorFaults }: RulesDocument): readonly Notice[] {
  const notices: Notice[] = [];
  for (const [name, fault] of evaluatorFaults) {
    const message = `Evaluator ${quoted(name)}: ${fault.what}`;
    notices.push({ code: fault.code, flag: undefined, message, path: fault.path });
  }
  for (const [flag, { fault }] of flags) {
    if (fault === undefined) continue;
    const message = `Flag ${quoted(flag)}: its rule is left out: ${fault.what}`;
    notices.push({ code: fault.code, flag, message, path: fault.path });
  }
  return notices;
}

/**
 * Reports what is left out of a document: the flags that the code does not have as one error with their number, because
 * which flags of a document a service knows is its own business; of everything else the first ten, and how many more.
 */
export function reportNotices(notices: readonly Notice[], report: Report): void {
  const foreign = notices.filter(({ code }) => code === 'unknown-flag');
  const others = notices.length - foreign.length;
  let said = 0;
  for (const notice of notices) {
    if (notice.code !== 'unknown-flag') {
      if (++said <= MOST_NOTICES) say(report, notice.message, notice.flag);
    } else if (notice === foreign[0]) sayForeign(foreign, report);
  }
  if (others <= MOST_NOTICES) return;
  const what = `${others - MOST_NOTICES} more warnings about this rules document`;
  say(report, `There are ${what}; "gatekeeper-flags check" lists them`);
}

function sayForeign(foreign: readonly Notice[], report: Report): void {
  const [only, ...more] = foreign;
  if (only !== undefined && more.length === 0) {
    say(report, only.message, only.flag);
    return;
  }
  const names = foreign.slice(0, MOST_NAMES).map(({ flag }) => quoted(flag));
  const rest = foreign.length > MOST_NAMES ? ` and ${foreign.length - MOST_NAMES} more` : '';
  say(report, `${foreign.length} flags of the rules document are not in the code: ${names.join(', ')}${rest}`);
}

const MOST_NAMES = 5;
const MOST_NOTICES = 10;

function say(report: Report, message: string, flag?: string): void {
  report(new GatekeeperError('ERR_GK_RULES_NOTICE', message, flag === undefined ? {} : { flag: sanitize(flag) }));
}
