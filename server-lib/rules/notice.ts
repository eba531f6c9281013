import { quoted } from '../core/gatekeeper-error.ts';
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
