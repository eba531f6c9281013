import { GatekeeperError } from '../core/gatekeeper-error.ts';
import { inSlices } from '../rules/in-slices.ts';
import { readDocument, readInSteps } from '../rules/read-document.ts';
import type { RulesDocument } from '../rules/rules-document.ts';

/** Why servers would refuse a rules document; `undefined` if they would take it. */
export function judgeRules(text: string): GatekeeperError | undefined {
  try {
    readDocument(text);
    return undefined;
  } catch (cause) {
    return refusalOf(cause);
  }
}

/** What a rules document says, or why it is refused, without holding up requests that are served meanwhile. */
export async function readRules(text: string): Promise<RulesDocument | GatekeeperError> {
  try {
    return (await inSlices(readInSteps(text))) as RulesDocument; // nobody ends it before its end
  } catch (cause) {
    return refusalOf(cause);
  }
}

function refusalOf(cause: unknown): GatekeeperError {
  if (cause instanceof GatekeeperError) return cause;
  return new GatekeeperError('ERR_GK_RULES_SOURCE', 'The rules document cannot be read', { cause });
}
