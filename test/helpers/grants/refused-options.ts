import { GatekeeperError } from '../../../server-lib/core/errors.ts';
import type { GrantOptions } from '../../../server-lib/permission/grants/grant-options.ts';
import { createGrants } from '../../../server-lib/permission/grants/grants.ts';

export const SECRET = 'dGhlIGZpcnN0IHNlY3JldCBvZiB0aGUgZXhhbXBsZXM';
export const KEY = { kid: '2026-11', secret: SECRET };
/** Valid options. */
export const GOOD: GrantOptions<unknown> = { keys: [KEY], origins: ['https://app.example.com'], authorize: () => null };

/** The error for creating grants with invalid options. */
export function thrownBy(options: unknown): GatekeeperError {
  try {
    createGrants(options as GrantOptions<unknown>, () => {});
  } catch (error) {
    if (error instanceof GatekeeperError) return error;
    throw error;
  }
  throw new Error('the options were accepted');
}

/** The valid options with a change. */
export const changed = (change: object) => ({ ...GOOD, ...change });
