import { GatekeeperError } from '../core/gatekeeper-error.ts';

/** The most bytes of a document: ten thousand flags with targeting are half of it. Anything larger is something else. */
export const MOST_BYTES: number = 16 * 1024 * 1024;

export function tooLarge(name: string, bytes: number | bigint): GatekeeperError {
  return new GatekeeperError(
    'ERR_GK_RULES_SOURCE',
    `${name} has ${bytes} bytes; a rules document has at most ${MOST_BYTES}`,
  );
}
