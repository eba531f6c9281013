import type { IncomingMessage } from 'node:http';
import type { ErrorReporter } from '../core/error-reporter.ts';
import { GatekeeperError } from '../core/errors.ts';
import { ALL_FLAGS, Permission } from '../core/overrides/permission.ts';
import { isThenable } from '../core/thenable.ts';
import { type DevelopmentSignals, developmentVerdict, readDevelopmentSignals } from './development.ts';
import type { Grants } from './grants/grants.ts';

/** The application's word on who may override: exactly `true` lets a request in. */
export type OverridePolicy = (request: never) => boolean;

/** Who may override, in the order in which they are asked. */
export interface PermissionSources {
  readonly policy: OverridePolicy | undefined;
  readonly grants: Pick<Grants<never>, 'verify'> | undefined;
}

/** A request's leave to override; `undefined` stands for a caller without a request. Never throws. */
export type PermissionCheck = (request: IncomingMessage | undefined) => Permission | false;

/**
 * Development lets everyone override; elsewhere the policy or a grant does, and without either nobody may.
 * `surroundings` reads the facts of a request; a test hands over its own.
 */
export function createPermissionCheck(
  { policy, grants }: PermissionSources,
  report: ErrorReporter,
  readSignals: (request: IncomingMessage | undefined) => DevelopmentSignals = readDevelopmentSignals,
): PermissionCheck {
  const isOpenToSome = policy !== undefined || grants !== undefined;
  const warn = warnOnce(report);
  return function mayOverride(request) {
    const facts = readSignals(request);
    const verdict = developmentVerdict(facts);
    if (verdict === 'open') return ALL_FLAGS;
    if (verdict === 'no-terminal') warn(NO_TERMINAL);
    else if (!facts.nodeEnv && !isOpenToSome) warn(NOT_LOCAL);
    if (request === undefined) return false;
    if (policy !== undefined && callPolicy(policy, request, report)) return ALL_FLAGS;
    const grant = grants?.verify(request.headers.cookie, request as never);
    return grant === undefined ? false : new Permission(grant.scope, grant.expiresAt);
  };
}

function callPolicy(policy: OverridePolicy, request: IncomingMessage, report: ErrorReporter): boolean {
  try {
    const result: unknown = policy(request as never);
    if (isThenable(result)) {
      report(new GatekeeperError('ERR_GK_POLICY_PROMISE', `allowOverrides ${PROMISE}`));
    } else if (result && result !== true) {
      report(new GatekeeperError('ERR_GK_POLICY_NOT_TRUE', `allowOverrides ${NOT_TRUE} (${typeof result})`));
    }
    return result === true;
  } catch (cause) {
    report(new GatekeeperError('ERR_GK_POLICY_THREW', 'allowOverrides threw, so overriding is refused', { cause }));
    return false;
  }
}

const PROMISE =
  'returned a promise, which lets nobody in: find out who is asking in a middleware of your own, and answer synchronously';
const NOT_TRUE = 'returned something truthy, which lets nobody in: only true itself does';

const SET_IT = 'Set NODE_ENV=development on your own machine, and NODE_ENV=production on a server';
const NO_TERMINAL = `NODE_ENV is not set and the process has no terminal, so overrides are off. ${SET_IT}`;
const NOT_LOCAL = `NODE_ENV is not set and the request did not come from this machine, so overrides are off. ${SET_IT}`;

function warnOnce(report: ErrorReporter): (message: string) => void {
  const warned = new Set<string>();
  return (message) => {
    if (warned.has(message)) return;
    warned.add(message);
    report(new GatekeeperError('ERR_GK_ENVIRONMENT', message));
  };
}
