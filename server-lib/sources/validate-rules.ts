import { GatekeeperError } from '../core/errors.ts';
import { readDocument, readDocumentInSteps } from '../rules/document/read-document.ts';
import type { RulesDocument } from '../rules/document/rules-document.ts';
import { runInSlices } from '../rules/time-slicing.ts';

/** Why servers would refuse a rules document; `undefined` if they would take it. */
export function validateRules(text: string): GatekeeperError | undefined {
  try {
    readDocument(text);
    return undefined;
  } catch (cause) {
    return toGatekeeperError(cause);
  }
}

/** What a rules document says, or why it is refused, without holding up requests that are served meanwhile. */
export async function readRules(text: string): Promise<RulesDocument | GatekeeperError> {
  try {
    return (await runInSlices(readDocumentInSteps(text))) as RulesDocument; // nobody ends it before its end
  } catch (cause) {
    return toGatekeeperError(cause);
  }
}

function toGatekeeperError(cause: unknown): GatekeeperError {
  if (cause instanceof GatekeeperError) return cause;
  return new GatekeeperError('ERR_GK_RULES_SOURCE', 'The rules document cannot be read', { cause });
}

/** The most bytes of a document: ten thousand flags with targeting are half of it. Anything larger is something else. */
export const MAX_DOCUMENT_BYTES: number = 16 * 1024 * 1024;

export function tooLargeError(name: string, bytes: number | bigint): GatekeeperError {
  return new GatekeeperError(
    'ERR_GK_RULES_SOURCE',
    `${name} has ${bytes} bytes; a rules document has at most ${MAX_DOCUMENT_BYTES}`,
  );
}
