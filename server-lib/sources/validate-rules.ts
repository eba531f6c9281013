import type { GatekeeperError } from '../core/errors.ts';
import { readDocument, readDocumentInSteps } from '../rules/document/read-document.ts';
import type { RulesDocument } from '../rules/document/rules-document.ts';
import { toGatekeeperError } from '../rules/rules-source.ts';
import { runInSlices } from '../rules/time-slicing.ts';

/** The error with which servers would refuse a rules document; `undefined` if they would use it. */
export function validateRules(text: string): GatekeeperError | undefined {
  try {
    readDocument(text);
    return undefined;
  } catch (cause) {
    return toGatekeeperError(cause);
  }
}

/**
 * Reads a rules document in slices of a few milliseconds, so that requests are not delayed. Returns the error if it is
 * refused.
 */
export async function readRules(text: string): Promise<RulesDocument | GatekeeperError> {
  try {
    return (await runInSlices(readDocumentInSteps(text))) as RulesDocument; // it is never cancelled
  } catch (cause) {
    return toGatekeeperError(cause);
  }
}
