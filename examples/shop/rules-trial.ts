import { createGatekeeper, GatekeeperError } from 'gatekeeper-flags';
import { flags } from './flags.ts';

/** The result of testing a rules document with the shop's flags. */
export type Trial =
  | { readonly kind: 'refused'; readonly problem: string }
  | { readonly kind: 'taken'; readonly notices: readonly string[] };

/** Tests a document on a separate gatekeeper, so that an invalid one does not affect the shop. */
export function tryRules(text: string): Trial {
  const notices: string[] = [];
  try {
    createGatekeeper({ flags, rules: text, onError: ({ message }) => notices.push(message) });
    return { kind: 'taken', notices };
  } catch (error) {
    if (error instanceof GatekeeperError) return { kind: 'refused', problem: error.message };
    throw error;
  }
}
