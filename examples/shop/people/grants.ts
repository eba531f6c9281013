import type { GatekeeperOptions } from 'gatekeeper-flags';
import type { flags } from '../flags.ts';
import { personOf } from './people.ts';

type Grants = NonNullable<GatekeeperOptions<typeof flags>['grants']>;

/**
 * In production, Ada the developer may ask for permission to override. The shop grants it only if the operator has set
 * GATEKEEPER_KEY (at least 32 bytes in base64url) and PUBLIC_ORIGIN (as the address bar shows it).
 */
export function shopGrants({ GATEKEEPER_KEY: secret, PUBLIC_ORIGIN: origin } = process.env): Grants | undefined {
  if (!secret || !origin) return undefined;
  return {
    keys: [{ kid: 'shop', secret }],
    origins: [origin],
    authorize: ({ session }) =>
      personOf(session?.userId)?.role === 'developer' ? { sub: Number(session?.userId), scope: ['*'] } : null,
    subjectOf: ({ session }) => session?.userId, // signing out invalidates the grant
  };
}
