import { createGatekeeper, GatekeeperError } from 'gatekeeper-flags';
import { flags } from './flags.ts';

/** What came of trying a rules document on the shop's flags. */
export type Trial =
  | { readonly kind: 'refused'; readonly problem: string }
  | { readonly kind: 'taken'; readonly notices: readonly string[] };

/** Tries a document on a gatekeeper of its own, before anybody else's is in danger. */
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
