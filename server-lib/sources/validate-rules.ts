import { GatekeeperError } from '../core/errors.ts';
import { MAX_DOCUMENT_BYTES, readDocument, readDocumentInSteps } from '../rules/document/read-document.ts';
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

/** The error about a document that a source cannot get. `what` names the place and says why. */
export function sourceError(what: string, cause?: unknown): GatekeeperError {
  return new GatekeeperError('ERR_GK_RULES_SOURCE', what, cause === undefined ? undefined : { cause });
}

/** The error about a document of more than 16 MiB. `name` says which file, key or URL it is. */
export function tooLargeError(name: string, bytes: number | bigint): GatekeeperError {
  return sourceError(`${name} must have at most ${MAX_DOCUMENT_BYTES} bytes; it has ${bytes}`);
}

/** The code of an error, else its message, without control characters and with at most 200 characters. */
export function errorReason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code = 'code' in error ? String(error.code) : undefined; // ECONNREFUSED; its message would name each address
  return (code ?? (error.message || error.name)).replace(/\p{C}/gu, '\uFFFD').slice(0, 200);
}
