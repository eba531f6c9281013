import type { IncomingMessage } from 'node:http';
import { GatekeeperError } from '../core/gatekeeper-error.ts';
import { type Report, swallowRejection } from '../core/report.ts';
import { isDevelopment, surroundingsOf } from './development.ts';

/** The application's word on who may override: exactly `true` lets a request in. */
export type OverridePolicy = (request: never) => boolean;

/** Whether a request may override; `undefined` stands for a caller without one. Never throws. */
export type Authority = (request: IncomingMessage | undefined) => boolean;

/** Development lets everyone override; elsewhere the policy decides, and without one nobody may. */
export function createAuthority(policy: OverridePolicy | undefined, report: Report): Authority {
  const missed = policy === undefined ? warnOfUnsetEnvironment(report) : undefined;
  return function mayOverride(request) {
    const surroundings = surroundingsOf(request);
    if (isDevelopment(surroundings)) return true;
    if (policy !== undefined) return request !== undefined && ask(policy, request, report);
    if (!surroundings.nodeEnv) missed?.();
    return false;
  };
}

function ask(policy: OverridePolicy, request: IncomingMessage, report: Report): boolean {
  try {
    const answer: unknown = policy(request as never);
    if (answer instanceof Promise) {
      swallowRejection(answer);
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

function warnOfUnsetEnvironment(report: Report): () => void {
  let warned = false;
  return () => {
    if (warned) return;
    warned = true;
    report(
      new GatekeeperError(
        'ERR_GK_ENVIRONMENT',
        'NODE_ENV is not set and the request did not come from this machine, so overriding stays closed; set NODE_ENV',
      ),
    );
  };
}
