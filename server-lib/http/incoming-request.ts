import type { IncomingMessage } from 'node:http';
import { RequestGate } from '../core/request/request-gate.ts';

/** Sets the gate of a request as `req.gk`. An earlier gate, of another keeper, is remembered. */
export function attachGate(request: IncomingMessage, gate: object): void {
  const holder = request as { gk?: unknown };
  if (RequestGate.isGate(holder.gk)) PREVIOUS_GATE.set(gate, holder.gk);
  holder.gk = gate;
}

/** The gates of a request, the last one first: an application may have two keepers. */
export function attachedGates(request: IncomingMessage): readonly RequestGate[] {
  const gates: RequestGate[] = [];
  let gate: unknown = (request as { gk?: unknown }).gk;
  while (RequestGate.isGate(gate)) {
    gates.push(gate);
    gate = PREVIOUS_GATE.get(gate);
  }
  return gates;
}

/** Calls `callback`, which determines the user, with overrides suspended in every gate of the request. */
export function withoutOverrides<Result>(request: IncomingMessage, callback: () => Result): Result {
  return attachedGates(request).reduce((inner, gate) => () => gate.withoutOverrides(inner), callback)();
}

const PREVIOUS_GATE = new WeakMap<object, RequestGate>();

/** Whether a request declares no body, or one of at most `limit` bytes. An undeclared length is too large. */
export function hasSmallBody({ headers }: IncomingMessage, limit: number): boolean {
  if (headers['transfer-encoding'] !== undefined) return false;
  const length = headers['content-length'] ?? '0';
  return /^\d{1,9}$/.test(length) && Number(length) <= limit;
}

/** Whether the request came over https, according to Express (with trusted proxies) or, without Express, to the socket. */
export function isHttps(request: IncomingMessage): boolean {
  const { secure, socket } = request as {
    readonly secure?: boolean;
    readonly socket?: { readonly encrypted?: boolean };
  };
  return secure ?? socket?.encrypted === true;
}
