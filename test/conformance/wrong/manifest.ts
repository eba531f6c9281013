import { Model } from '../model/model.ts';
import type { WrongBackEnd } from './wrong-back-end.ts';

const right = Model.prototype;
const MANIFEST_PATH = '/.well-known/gatekeeper.json';

/** Back ends with a wrong manifest. */
export const WRONG_MANIFESTS: readonly WrongBackEnd[] = [
  {
    title: 'lists a hidden flag in the manifest',
    change: {
      manifest(visit) {
        const { flags, ...rest } = right.manifest.call(this, visit) as { readonly flags: readonly object[] };
        return { ...rest, flags: [...flags, this.describeFlag(visit, 'HIDDEN')] };
      },
    },
    fails: ['manifest.hidden'],
  },
  {
    title: 'refuses the manifest with 403',
    change: {
      respondWithManifest(visit) {
        const reply = right.respondWithManifest.call(this, visit);
        return reply ?? (this.site === 'policy' ? { status: 403, headers: [], body: 'forbidden' } : undefined);
      },
    },
    fails: ['manifest.refused'],
  },
  {
    title: 'allows CORS for the manifest',
    change: {
      respondWithManifest(visit) {
        const reply = right.respondWithManifest.call(this, visit);
        const headers = [...(reply?.headers ?? []), ['Access-Control-Allow-Origin', '*'] as const];
        return reply && this.site === 'policy' ? { ...reply, headers } : reply;
      },
    },
    fails: ['manifest.headers'],
  },
  {
    title: 'describes flags without the user of the request',
    change: {
      describeFlag(visit, name) {
        const anonymous = Object.create(visit, { user: { value: undefined } });
        return right.describeFlag.call(this, anonymous, name);
      },
    },
    fails: ['manifest.evaluations'],
  },

  {
    title: 'leaves the values out of the manifest',
    change: {
      describeFlag(visit, name) {
        return { ...right.describeFlag.call(this, visit, name), values: undefined };
      },
    },
    fails: ['values.manifest'],
  },
  {
    title: 'leaves the cookie out of the manifest',
    change: {
      manifest(visit) {
        return { ...right.manifest.call(this, visit), ...(this.site === 'policy' && { cookie: undefined }) };
      },
    },
    fails: ['manifest.document'],
  },
  {
    title: 'leaves the owner out of the manifest',
    change: {
      describeFlag(visit, name) {
        return { ...right.describeFlag.call(this, visit, name), owner: undefined };
      },
    },
    fails: ['manifest.flags'],
  },
  {
    title: 'leaves the description of a scenario out',
    change: {
      manifest(visit) {
        return {
          ...right.manifest.call(this, visit),
          scenarios: [{ name: 'Both', overrides: { FLAG_A: 'ON', FLAG_B: 'TWO' } }],
        };
      },
    },
    fails: ['manifest.scenarios'],
  },
  {
    title: 'responds to POST with the manifest',
    change: {
      respond(visit) {
        const isPost = visit.request.method === 'POST' && visit.url.pathname === MANIFEST_PATH;
        return isPost ? this.respondWithManifest(visit) : right.respond.call(this, visit);
      },
    },
    fails: ['manifest.methods'],
  },
  {
    title: 'says in closed production that overrides are off',
    change: {
      respondWithManifest(visit) {
        if (this.site !== 'closed') return right.respondWithManifest.call(this, visit);
        return { status: 200, headers: [], body: JSON.stringify({ gatekeeper: 1, flags: [] }) };
      },
    },
    fails: ['manifest.closed'],
  },
];
