import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { createGatekeeper, defineFlags, type HostApp, type HostRequest } from 'gatekeeper-flags';
import { gatekeeper, grantRoute, manifestRoute } from 'gatekeeper-flags/fastify';

const flags = defineFlags({
  MY_NEW_FEATURE: {
    variants: ['VISIBLE', 'NOT_VISIBLE'],
    default: 'NOT_VISIBLE',
    decide: ({ request, app }) => (request.hostname === app.listeningOrigin ? 'VISIBLE' : undefined),
  },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  LIMIT: { variants: ['LOW', 'HIGH'], values: { LOW: 10, HIGH: 100 }, default: 'LOW' },
});

declare module 'gatekeeper-flags' {
  interface Register {
    flags: typeof flags;
  }
}

type Equal<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
export const requestIsFastify: Equal<HostRequest, FastifyRequest> = true;
export const appIsFastify: Equal<HostApp, FastifyInstance> = true;

const keeper = createGatekeeper({ flags, allowOverrides: (request) => request.headers['x-user'] === 'ann' });
const other = createGatekeeper({ flags: { OTHER: { variants: ['ON', 'OFF'], default: 'OFF' } } });
export const app = fastify();
app.register(gatekeeper, { keeper, userId: (request) => request.headers['x-user']?.toString() });
app.register(manifestRoute, { keeper, path: '/flags.json' });
app.register(grantRoute, { keeper: other });
fastify({ http2: true }).register(gatekeeper, { keeper });

app.get('/', ({ gk }) => {
  const visible: boolean = gk.ff('MY_NEW_FEATURE', 'VISIBLE');
  const variant: 'EXACT' | 'FUZZY' = gk.ffVariant('SEARCH');
  const limit: 10 | 100 = gk.ffValue('LIMIT');
  return { visible, variant, limit };
});

app.get('/misspelt', ({ gk }) => {
  // @ts-expect-error there is no such flag
  gk.ff('MY_NEW_FAETURE', 'VISIBLE');
  // @ts-expect-error FUZZY belongs to SEARCH
  gk.ff('MY_NEW_FEATURE', 'FUZZY');
  // @ts-expect-error the value is a number
  const limit: string = gk.ffValue('LIMIT');
  return limit;
});

// @ts-expect-error a plugin needs a keeper
app.register(gatekeeper, { keeper: flags });
// @ts-expect-error a user's id is a string or a number
app.register(gatekeeper, { keeper, userId: () => true });
