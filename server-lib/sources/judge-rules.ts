import { GatekeeperError } from '../core/gatekeeper-error.ts';
import { readDocument } from '../rules/read-document.ts';

/** Why servers would refuse a rules document; `undefined` if they would take it. */
export function judgeRules(text: string): GatekeeperError | undefined {
  try {
    readDocument(text);
    return undefined;
  } catch (cause) {
    if (cause instanceof GatekeeperError) return cause;
    return new GatekeeperError('ERR_GK_RULES_SOURCE', 'The rules document cannot be read', { cause });
  }
}
