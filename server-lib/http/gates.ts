import type { IncomingMessage } from 'node:http';
import { RequestGate } from '../core/request-gate.ts';

/** Gives a request its gate, as `req.gk`. A gate of another keeper, given before, is not forgotten. */
export function giveGate(request: IncomingMessage, gate: object): void {
  const holder = request as { gk?: unknown };
  if (RequestGate.isGate(holder.gk)) EARLIER.set(gate, holder.gk);
  holder.gk = gate;
}

/** The gates that a request was given, the last one first: an application may have two keepers. */
export function gatesOf(request: IncomingMessage): readonly RequestGate[] {
  const gates: RequestGate[] = [];
  let gate: unknown = (request as { gk?: unknown }).gk;
  while (RequestGate.isGate(gate)) {
    gates.push(gate);
    gate = EARLIER.get(gate);
  }
  return gates;
}

/** Runs `ask`, which finds out who is asking, with no overrides in force in any gate of the request. */
export function withoutOverrides<Result>(request: IncomingMessage, ask: () => Result): Result {
  return gatesOf(request).reduce((inner, gate) => () => gate.withoutOverrides(inner), ask)();
}

const EARLIER = new WeakMap<object, RequestGate>();
