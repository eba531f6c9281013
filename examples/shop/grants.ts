import type { GatekeeperOptions } from 'gatekeeper-flags';
import type { flags } from './flags.ts';
import { personOf } from './people.ts';

type Grants = NonNullable<GatekeeperOptions<typeof flags>['grants']>;

/**
 * In production Ada, the developer, may ask for leave to override. The shop gives it only where the operator set
 * GATEKEEPER_KEY (32 octets or more in base64url) and PUBLIC_ORIGIN (as it stands in the address bar).
 */
export function shopGrants({ GATEKEEPER_KEY: secret, PUBLIC_ORIGIN: origin } = process.env): Grants | undefined {
  if (!secret || !origin) return undefined;
  return {
    keys: [{ kid: 'shop', secret }],
    origins: [origin],
    authorize: ({ session }) =>
      personOf(session?.userId)?.role === 'developer' ? { sub: Number(session?.userId), scope: ['*'] } : null,
    subjectOf: ({ session }) => session?.userId, // who signs out takes the grant out of force
  };
}
