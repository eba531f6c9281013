import type { IncomingMessage } from 'node:http';
import { RequestGate } from '../core/request/request-gate.ts';

/** Gives a request its gate, as `req.gk`. A gate of another keeper, given before, is not forgotten. */
export function attachGate(request: IncomingMessage, gate: object): void {
  const holder = request as { gk?: unknown };
  if (RequestGate.isGate(holder.gk)) PREVIOUS_GATE.set(gate, holder.gk);
  holder.gk = gate;
}

/** The gates that a request was given, the last one first: an application may have two keepers. */
export function attachedGates(request: IncomingMessage): readonly RequestGate[] {
  const gates: RequestGate[] = [];
  let gate: unknown = (request as { gk?: unknown }).gk;
  while (RequestGate.isGate(gate)) {
    gates.push(gate);
    gate = PREVIOUS_GATE.get(gate);
  }
  return gates;
}

/** Runs `ask`, which finds out who is asking, with no overrides in force in any gate of the request. */
export function withoutOverrides<Result>(request: IncomingMessage, callback: () => Result): Result {
  return attachedGates(request).reduce((inner, gate) => () => gate.withoutOverrides(inner), callback)();
}

const PREVIOUS_GATE = new WeakMap<object, RequestGate>();

/** Whether a request declares a body of at most `most` octets, or none; one of undeclared length does not count. */
export function hasSmallBody({ headers }: IncomingMessage, limit: number): boolean {
  if (headers['transfer-encoding'] !== undefined) return false;
  const length = headers['content-length'] ?? '0';
  return /^\d{1,9}$/.test(length) && Number(length) <= limit;
}

/** Whether the request came by https, as Express sees it through trusted proxies or, without Express, by its socket. */
export function isHttps(request: IncomingMessage): boolean {
  const { secure, socket } = request as {
    readonly secure?: boolean;
    readonly socket?: { readonly encrypted?: boolean };
  };
  return secure ?? socket?.encrypted === true;
}
