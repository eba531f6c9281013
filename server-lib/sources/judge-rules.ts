import { GatekeeperError } from '../core/gatekeeper-error.ts';
import { readDocument } from '../rules/read-document.ts';

/** Why servers would refuse a rules document; `undefined` if they would take it. */
export function judgeRules(text: string): GatekeeperError | undefined {
  try {
    readDocument(text);
    return undefined;
  } catch (error) {
    if (error instanceof GatekeeperError) return error;
    throw error;
  }
}
