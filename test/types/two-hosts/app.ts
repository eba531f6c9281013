import express, { type Application, type Request } from 'express';
import { gatekeeper } from '../../../server-lib/express.ts';
import { createGatekeeper, defineFlags, type HostRequest, type HostSession } from '../../../server-lib/index.ts';

/** A framework of which the library knows nothing. */
interface LampRequest {
  readonly lamp: string;
  readonly headers: Readonly<Record<string, string>>;
}

// Under one key, this would be TS2717: "Subsequent property declarations must have the same type".
declare module '../../../server-lib/index.ts' {
  interface Hosts {
    lamp: { request: LampRequest; session: { readonly lit: boolean }; app: 'lamp' };
  }
}

type Equal<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
export const requestIsTheUnion: Equal<HostRequest, Request | LampRequest> = true;
export const lampSession: HostSession = { lit: true };

export const flags = defineFlags({
  SEARCH: {
    variants: ['EXACT', 'FUZZY'],
    default: 'EXACT',
    decide({ request, app }) {
      // @ts-expect-error only the lamp has it, so the type must be narrowed
      if (request.lamp === 'moon') return 'FUZZY';
      if ('lamp' in request) return request.lamp === 'moon' ? 'FUZZY' : 'EXACT';
      const url: string = request.originalUrl;
      const known: Application | 'lamp' = app;
      return url === '/search' && known !== 'lamp' ? 'FUZZY' : undefined;
    },
  },
});

const keeper = createGatekeeper({ flags, allowOverrides: ({ headers }) => headers['x-user'] === 'ann' });
export const app = express();
app.use(gatekeeper(keeper, { userId: (request) => request.header('x-user') }));
