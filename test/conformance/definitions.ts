import type { IncomingMessage } from 'node:http';
import { FIXTURE, type SiteName } from '../../server-lib/cli/conform/fixture.ts';
import { type RequestHeaders, readRequestHeader } from '../../server-lib/core/incoming-request.ts';
import {
  createGatekeeper,
  type DecideContext,
  type FlagDefinitions,
  type Gate,
  type Gatekeeper,
} from '../../server-lib/index.ts';

// What the hosts on Node share: docs/conformance.md in the words of this library.

let calls = 0;

const DECIDE = {
  ORDER: ({ attributes }: DecideContext) => (attributes.code === true ? 'CODE' : undefined),
  CODE_FAILS() {
    throw new Error('CODE_FAILS');
  },
  CODE_WRONG: () => 'MISSING',
  CODE_COUNTS() {
    calls += 1;
    return calls % 2 === 1 ? 'ON' : 'OFF';
  },
  RULE_DISABLED: () => 'ON',
};

const decideOf = new Map<string, object>(Object.entries(DECIDE).map(([name, decide]) => [name, { decide }]));
const flags = Object.fromEntries(
  Object.entries(FIXTURE.flags).map(([name, flag]) => [name, { ...flag, ...decideOf.get(name) }]),
) as FlagDefinitions;

/** The capabilities of this library on every host; a host adds what is not possible there. */
export const CAPABILITIES: Readonly<Record<string, true | string>> = {
  overrides: true,
  users: true,
  rules: true,
  values: true,
  manifest: true,
  acknowledge: true,
  caches: true,
  grants: true,
  simulate: true,
};

/** A request of any framework, or a context of Hono. */
type HostRequest = { readonly headers: unknown } | { readonly req: { readonly raw: { readonly headers: unknown } } };

const headerOf = (request: HostRequest, name: string): unknown =>
  readRequestHeader(('headers' in request ? request : request.req.raw).headers as RequestHeaders, name);

interface WithGate {
  readonly gk: Gate<FlagDefinitions>;
}

const gateOf = (request: object): Gate<FlagDefinitions> =>
  ('var' in request ? (request.var as WithGate) : (request as WithGate)).gk;

function policy(request: HostRequest): boolean {
  switch (headerOf(request, 'x-may-override')) {
    case 'yes':
      return true;
    case 'truthy':
      return 'yes' as never;
    case 'promise':
      return Promise.resolve(true) as never;
    case 'throws':
      throw new Error('the policy');
    case 'flag':
      return gateOf(request).ff('FLAG_A', 'ON');
    default:
      return false;
  }
}

/** The keeper of a site. */
export function keeperOf(site: SiteName): Gatekeeper<FlagDefinitions> {
  const { path, origins, generation, keys, scopes, revoked } = FIXTURE.grants;
  return createGatekeeper({
    flags,
    rules: FIXTURE.rules,
    scenarios: FIXTURE.scenarios as never,
    simulate: FIXTURE.simulate,
    onError: () => {},
    ...(site === 'policy' && { allowOverrides: policy }),
    ...(site === 'grants' && {
      grants: {
        path,
        origins,
        generation,
        keys,
        authorize: (request: HostRequest) => {
          const sub = userOf(request) ?? '';
          if (sub === 'u_8') return { sub, scope: undefined as never };
          const scope = Object.hasOwn(scopes, sub) ? scopes[sub] : undefined;
          return scope === undefined ? null : { sub, scope };
        },
        subjectOf: userOf,
        isRevoked: (jti: string, sub: string) => revoked.some((one) => one.jti === jti && one.sub === sub),
      },
    }),
  });
}

/** What the sites let clients of OFREP read: a hidden flag is named, too. */
export const OFREP = {
  flags: [
    'FLAG_A',
    'FLAG_B',
    'SWITCH',
    'LIMIT',
    'BANNER',
    'ORDER',
    'ROLLOUT',
    'RULE_COUNTRY',
    'RULE_DISABLED',
    'CODE_FAILS',
    'HIDDEN',
  ],
  attributes: ['country'],
  origins: ['https://app.example.com'],
};

/** The user of a request. */
export function userOf(request: HostRequest): string | undefined {
  const user = headerOf(request, 'x-user');
  if (user === '!') throw new Error('the user');
  return typeof user === 'string' ? decodeURIComponent(user) : undefined;
}

/** The other attributes of a request. */
export function attributesOf(request: HostRequest): Readonly<Record<string, unknown>> {
  const attributes = headerOf(request, 'x-attributes');
  return typeof attributes === 'string' ? JSON.parse(decodeURIComponent(attributes)) : {};
}

/** The flags in a parameter of the query. */
function namesIn(list: unknown): readonly string[] {
  return typeof list === 'string' && list !== '' ? list.split(',') : [];
}

/** The response to `GET /conformance?flags=…&for=…`. */
export function evaluationsOf(
  gk: Gate<FlagDefinitions>,
  list: unknown,
  user: unknown,
): { readonly flags: readonly object[] } {
  return {
    flags: namesIn(list).map((flag) => {
      if (typeof user === 'string') return { flag, variant: gk.ffVariant(flag, { userId: user }) ?? null };
      return gk.explain(flag) ?? { flag, variant: null };
    }),
  };
}

/** The body of a page: the variants. */
export function pageOf(gk: Gate<FlagDefinitions>, list: unknown): string {
  return namesIn(list)
    .map((flag) => gk.ffVariant(flag))
    .join(' ');
}

/** The pages that wait for the end of their visitor's connection, and those that were rendered after it. */
export const afterClose: { waiting: number; readonly rendered: string[] } = { waiting: 0, rendered: [] };

/** The body of a page that is rendered only after its visitor has gone. */
export async function pageAfterClose({ socket }: IncomingMessage, gk: Gate<FlagDefinitions>): Promise<string> {
  afterClose.waiting += 1;
  if (!socket.destroyed) await new Promise((closed) => socket.once('close', closed));
  const page = pageOf(gk, 'FLAG_A,FLAG_B');
  afterClose.rendered.push(page);
  return page;
}
