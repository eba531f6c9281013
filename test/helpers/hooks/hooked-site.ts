import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import express from 'express';
import { gatekeeper, grantRoute, type MiddlewareOptions } from '../../../server-lib/express.ts';
import { createGatekeeper, defineFlags, type GatekeeperError } from '../../../server-lib/index.ts';
import { HOOKS, type HookCase, type HookName } from './hook-cases.ts';
import { THENABLES } from './thenables.ts';

/**
 * A program: a site on Express whose hooks misbehave, one at a time and in every way. Prints one line of JSON with the
 * response to each request and the errors that `onError` received. An unhandled rejection ends it, as in every Node program.
 */

process.env.NODE_ENV = 'production';
const replacesPromise = process.argv[2] === 'replaced-promise';

const ORIGIN = 'https://app.example.com';
const SAME_ORIGIN_HEADERS = { origin: ORIGIN, 'sec-fetch-site': 'same-origin', 'x-gatekeeper': '1' };
const GRANTS = { keys: [{ kid: 'k', secret: Buffer.alloc(32, 7) }], origins: [ORIGIN] };

const raise = (cause: unknown) => () => {
  throw cause;
};
const BEHAVIOURS = [
  { what: 'throws an error', make: raise(new Error('the database is down')) },
  { what: 'throws null', make: raise(null) },
  ...THENABLES,
];

let listener: RequestListener = () => {};
const server = createServer((request, response) => listener(request, response)).listen(0, '127.0.0.1', main);

async function main(): Promise<void> {
  // As zone.js does: from here on, an async function's promise is not an instance of the global Promise.
  if (replacesPromise)
    globalThis.Promise = class ReplacedPromise<Value> extends Promise<Value> {} as PromiseConstructor;
  const cases: HookCase[] = [];
  for (const hook of HOOKS) for (const { what, make } of BEHAVIOURS) cases.push(await visit(hook, what, make));
  console.log(JSON.stringify(cases));
  server.close();
  server.closeAllConnections();
}

async function visit(hook: HookName, what: string, make: () => unknown): Promise<HookCase> {
  const errors: GatekeeperError[] = [];
  listener = site(hook, make, errors);
  const { port } = server.address() as AddressInfo;
  const isPost = hook === 'authorize';
  const response = await fetch(`http://127.0.0.1:${port}${isPost ? '/gatekeeper/grant' : '/'}`, {
    method: isPost ? 'POST' : 'GET',
    headers: {
      ...SAME_ORIGIN_HEADERS,
      cookie: `__Host-gatekeeper={"CODED":"ON"}; gatekeeper={"CODED":"ON"}; ${grantCookie()}`,
    },
  });
  const body = await response.text();
  for (let turns = 0; turns < 3; turns++) await turn();
  return { hook, what, status: response.status, body, errors: errors.map(({ code, message }) => [code, message]) };
}

function site(hook: HookName, make: () => unknown, errors: GatekeeperError[]): RequestListener {
  const bad = (name: HookName) => (hook === name ? { [name]: make } : {});
  const keeper = createGatekeeper({
    flags: defineFlags({
      LISTED: { variants: ['ON', 'OFF'], default: 'OFF', users: { ON: ['ann'] } },
      CODED: { variants: ['ON', 'OFF'], default: 'OFF', decide: hook === 'decide' ? (make as never) : decide },
      PLAIN: { variants: ['ON', 'OFF'], default: 'OFF', decide: () => 'ON' as const },
      ...(hook === 'onError'
        ? { BROKEN: { variants: ['ON', 'OFF'], default: 'OFF', decide: raise(new Error('no')) } }
        : {}),
    }),
    onError: (error: GatekeeperError) => {
      errors.push(error);
      return hook === 'onError' ? make() : undefined;
    },
    ...bad('allowOverrides'),
    ...bad('onEvaluate'),
    ...(GRANTED.has(hook)
      ? {
          grants: {
            ...GRANTS,
            authorize: () => ({ sub: 'u_1', scope: ['*'] }),
            ...bad('authorize'),
            ...bad('subjectOf'),
            ...bad('isRevoked'),
          },
        }
      : {}),
  } as never);
  const visitor = {
    userId: () => 'ann',
    ...bad('userId'),
    ...bad('attributes'),
    ...bad('session'),
  } as MiddlewareOptions;
  const app = express().use(gatekeeper(keeper, visitor));
  if (keeper.grants !== undefined) app.use(grantRoute(keeper));
  return app.use((request, response) => {
    const gate = request.gk as unknown as { ffVariant(flag: string): string };
    const page = (): string =>
      Object.keys(keeper.flags)
        .map((flag) => `${flag} ${gate.ffVariant(flag)}`)
        .join(', ');
    page();
    response.send(page());
  });
}

function decide({ attributes, session }: { readonly attributes: unknown; readonly session: unknown }): 'OFF' {
  return attributes && session ? 'OFF' : 'OFF';
}

const GRANTED: ReadonlySet<HookName> = new Set(['authorize', 'subjectOf', 'isRevoked']);

function grantCookie(): string {
  const flags = defineFlags({ A: { variants: ['ON'], default: 'ON' } });
  const authorize = () => ({ sub: 'u_1', scope: ['*'] });
  const issued = createGatekeeper({ flags, grants: { ...GRANTS, authorize } }).grants?.issue({} as never);
  return String(issued?.setCookie).split(';', 1)[0] as string;
}
