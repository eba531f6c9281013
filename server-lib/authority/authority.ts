import type { IncomingMessage } from 'node:http';
import { GatekeeperError } from '../core/gatekeeper-error.ts';
import { EVERY_FLAG, Permission } from '../core/permission.ts';
import type { Report } from '../core/report.ts';
import { isThenable } from '../core/thenable.ts';
import { developmentVerdict, type Surroundings, surroundingsOf } from './development.ts';
import type { Grants } from './grants.ts';

/** The application's word on who may override: exactly `true` lets a request in. */
export type OverridePolicy = (request: never) => boolean;

/** Who may override, in the order in which they are asked. */
export interface Authorities {
  readonly policy: OverridePolicy | undefined;
  readonly grants: Pick<Grants<never>, 'verify'> | undefined;
}

/** A request's leave to override; `undefined` stands for a caller without a request. Never throws. */
export type Authority = (request: IncomingMessage | undefined) => Permission | false;

/**
 * Development lets everyone override; elsewhere the policy or a grant does, and without either nobody may.
 * `surroundings` reads the facts of a request; a test hands over its own.
 */
export function createAuthority(
  { policy, grants }: Authorities,
  report: Report,
  surroundings: (request: IncomingMessage | undefined) => Surroundings = surroundingsOf,
): Authority {
  const isOpenToSome = policy !== undefined || grants !== undefined;
  const warn = warnOnce(report);
  return function mayOverride(request) {
    const facts = surroundings(request);
    const verdict = developmentVerdict(facts);
    if (verdict === 'open') return EVERY_FLAG;
    if (verdict === 'no-terminal') warn(NO_TERMINAL);
    else if (!facts.nodeEnv && !isOpenToSome) warn(NOT_LOCAL);
    if (request === undefined) return false;
    if (policy !== undefined && ask(policy, request, report)) return EVERY_FLAG;
    const grant = grants?.verify(request.headers.cookie, request as never);
    return grant === undefined ? false : new Permission(grant.scope, grant.expiresAt);
  };
}

function ask(policy: OverridePolicy, request: IncomingMessage, report: Report): boolean {
  try {
    const answer: unknown = policy(request as never);
    if (isThenable(answer)) {
      report(new GatekeeperError('ERR_GK_POLICY_PROMISE', `allowOverrides ${PROMISE}`));
    } else if (answer && answer !== true) {
      report(new GatekeeperError('ERR_GK_POLICY_NOT_TRUE', `allowOverrides ${NOT_TRUE} (${typeof answer})`));
    }
    return answer === true;
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

function warnOnce(report: Report): (message: string) => void {
  const warned = new Set<string>();
  return (message) => {
    if (warned.has(message)) return;
    warned.add(message);
    report(new GatekeeperError('ERR_GK_ENVIRONMENT', message));
  };
}
