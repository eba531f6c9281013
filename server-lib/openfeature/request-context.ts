import {
  AsyncLocalStorageTransactionContextPropagator,
  type EvaluationContext,
  OpenFeature,
} from '@openfeature/server-sdk';
import { createErrorReporter } from '../core/error-reporter.ts';
import { GatekeeperError } from '../core/errors.ts';
import type { FlagDefinitions } from '../core/flags/flag.ts';
import type { Gate } from '../core/request/gate.ts';
import { quoted } from '../core/values.ts';

// The SDK, hooks and a MultiProvider copy a context by spreading it, which keeps a symbol key. JSON leaves it out, so a log has no gate.
const GATE: unique symbol = Symbol.for('gatekeeper-flags.gate');

/**
 * The evaluation context of a request: flags are evaluated for the request's user, and the browser's overrides apply. Spread
 * it to add entries: `{ ...contextOf(req.gk), targetingKey: 'ann', country: 'DE' }`.
 */
export function contextOf<Flags extends FlagDefinitions>(gk: Gate<Flags>): EvaluationContext {
  if (!isRequestGate(gk)) {
    throw new GatekeeperError('ERR_GK_OPTIONS', `contextOf: expected a gate, req.gk; got ${quoted(gk)}`);
  }
  return { [GATE]: gk } as EvaluationContext;
}

/** The gate in an evaluation context: a value that `contextOf` has put there. */
export function gateIn(context: EvaluationContext | undefined): unknown {
  return (context as { readonly [GATE]?: unknown } | undefined)?.[GATE];
}

/** The entries of an evaluation context beside the targeting key and the gate; `undefined` if there is none. */
export function attributesIn(context: EvaluationContext): Readonly<Record<string, unknown>> | undefined {
  const names = Object.keys(context).filter((name) => name !== 'targetingKey');
  return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, context[name]]));
}

// Not `RequestGate.isGate`: a program may have two copies of this package. The gate of a template has no such method.
function isRequestGate(value: unknown): boolean {
  return typeof (value as { readonly evaluationIn?: unknown } | null | undefined)?.evaluationIn === 'function';
}

/** Middleware of Express and Connect, a `preHandler` hook of Fastify, and middleware of Koa and Hono. */
export interface TransactionContextMiddleware {
  (request: object, response: unknown, next: (error?: never) => void): void;
  (context: object, next: () => Promise<unknown>): Promise<void>;
}

/**
 * Middleware that gives everything that a request starts its evaluation context, so that calls of an OpenFeature client need
 * none. Mount it after `gatekeeper(keeper)` and the body parsers. Uses the transaction context propagator of the application;
 * if there is none, sets that of Node's `AsyncLocalStorage`.
 */
export function transactionContext(...mounted: readonly never[]): TransactionContextMiddleware {
  if (mounted.length > 0) {
    throw new GatekeeperError('ERR_GK_OPTIONS', 'transactionContext needs a call; write app.use(transactionContext())');
  }
  ensurePropagator();
  const report = createErrorReporter(undefined);

  function contextFor(host: object): EvaluationContext {
    const { gk, var: variables } = host as { readonly gk?: unknown; readonly var?: { readonly gk?: unknown } };
    const gate = gk ?? variables?.gk;
    const outer = OpenFeature.getTransactionContext();
    if (isRequestGate(gate)) return { ...outer, ...contextOf(gate as Gate) };
    const what = 'transactionContext: the request has no gate; mount gatekeeper(keeper) before it';
    report(new GatekeeperError('ERR_GK_REQUEST', what));
    return outer;
  }

  function gatekeeperTransactionContext(host: object, second: unknown, third?: () => unknown): void | Promise<void> {
    const context = contextFor(host);
    if (third !== undefined) return OpenFeature.setTransactionContext(context, () => third());
    const next = second as () => Promise<void>;
    return new Promise((resolve) => OpenFeature.setTransactionContext(context, () => resolve(next())));
  }
  return gatekeeperTransactionContext as TransactionContextMiddleware;
}

/** Without a propagator, the SDK drops each transaction context. It does not say whether there is one. */
function ensurePropagator(): void {
  const probe = { targetingKey: 'gatekeeper-flags' };
  let isKept = false;
  OpenFeature.setTransactionContext(probe, () => {
    isKept = OpenFeature.getTransactionContext().targetingKey === probe.targetingKey;
  });
  if (!isKept) OpenFeature.setTransactionContextPropagator(new AsyncLocalStorageTransactionContextPropagator());
}
