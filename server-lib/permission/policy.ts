import type { PermissionRule } from '../core/adapter-request.ts';
import type { ErrorReporter } from '../core/error-reporter.ts';
import { GatekeeperError } from '../core/errors.ts';
import { type IncomingRequest, readRequestHeader } from '../core/incoming-request.ts';
import { ALL_FLAGS, Permission } from '../core/overrides/permission.ts';
import { isThenable } from '../core/thenable.ts';
import { kindOf } from '../core/values.ts';
import { type DevelopmentSignals, developmentVerdict, readDevelopmentSignals } from './development.ts';
import type { Grants } from './grants/grants.ts';

/** The application's policy: a request may override only if this returns exactly `true`. */
export type OverridePolicy = (request: never) => boolean;

/** What may permit overrides, in the order in which it is checked. */
export interface PermissionSources {
  readonly policy: OverridePolicy | undefined;
  readonly grants: Pick<Grants<never>, 'verify'> | undefined;
}

/**
 * Creates the permission check: in development every request may override; elsewhere the policy or a grant must permit it.
 * `readSignals` reads the facts of a request; a test can pass its own.
 */
export function createPermissionCheck(
  { policy, grants }: PermissionSources,
  report: ErrorReporter,
  readSignals: (incoming: IncomingRequest | undefined) => DevelopmentSignals = readDevelopmentSignals,
): PermissionRule {
  const isConfigured = policy !== undefined || grants !== undefined;
  const warn = warnOnce(report);
  return function permissionOf(incoming, hostRequest) {
    const signals = readSignals(incoming);
    const verdict = developmentVerdict(signals);
    if (verdict === 'open') return ALL_FLAGS;
    if (verdict === 'no-terminal') warn(NO_TERMINAL);
    else if (!signals.nodeEnv && !isConfigured) warn(NOT_LOCAL);
    if (incoming === undefined) return false;
    const request = hostRequest ?? incoming;
    if (policy !== undefined && isPermittedBy(policy, request, { ...ALLOW_OVERRIDES, report })) return ALL_FLAGS;
    const cookie = grants && readRequestHeader(incoming.headers, 'cookie');
    const grant = typeof cookie === 'string' ? grants?.verify(cookie, request as never) : undefined;
    return grant === undefined ? false : new Permission(grant.scope, grant.expiresAt);
  };
}

/** How to report that a policy fails. */
export interface PolicyReport {
  /** The name of the policy. */
  readonly name: string;
  /** What happens without the permission. */
  readonly refusal: string;
  /** The middleware that calls the policy. */
  readonly caller: string;
  readonly report: ErrorReporter;
}

/** Whether a policy of the application permits a request: only if it returns exactly `true`. Never throws. */
export function isPermittedBy(policy: OverridePolicy, request: unknown, how: PolicyReport): boolean {
  const { name, refusal, caller, report } = how;
  try {
    const result: unknown = policy(request as never);
    if (isThenable(result)) {
      const hint = `Look up the user in a middleware that runs before ${caller}`;
      const what = `${name} must return true or false; got a promise, so ${refusal}. ${hint}`;
      report(new GatekeeperError('ERR_GK_POLICY_PROMISE', what));
    } else if (result && result !== true) {
      const what = `${name} must return true or false; got ${kindOf(result)}, so ${refusal}`;
      report(new GatekeeperError('ERR_GK_POLICY_NOT_TRUE', what));
    }
    return result === true;
  } catch (cause) {
    report(new GatekeeperError('ERR_GK_POLICY_THREW', `${name} threw, so ${refusal}`, { cause }));
    return false;
  }
}

const ALLOW_OVERRIDES = { name: 'allowOverrides', refusal: 'overrides are off', caller: 'gatekeeper()' };

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
