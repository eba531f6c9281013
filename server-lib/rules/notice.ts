import { quoted } from '../core/gatekeeper-error.ts';
import type { RulesDocument, TargetingFault } from './rules-document.ts';

/** Something in a valid document that is left out, and why. */
export interface Notice {
  readonly code: TargetingFault['code'] | 'unknown-flag' | 'unknown-variant';
  /** The flag concerned; `undefined` where it is an evaluator. */
  readonly flag: string | undefined;
  readonly message: string;
}

/** The notices about a document that need no knowledge of the code's flags. */
export function noticesOf({ flags, evaluatorFaults }: RulesDocument): readonly Notice[] {
  const notices: Notice[] = [];
  for (const [name, fault] of evaluatorFaults) {
    if (fault === undefined) continue;
    notices.push({ code: fault.code, flag: undefined, message: `Evaluator ${quoted(name)}: ${fault.what}` });
  }
  for (const [flag, { fault }] of flags) {
    if (fault === undefined) continue;
    notices.push({ code: fault.code, flag, message: `Flag ${quoted(flag)}: its rule is left out: ${fault.what}` });
  }
  return notices;
}
