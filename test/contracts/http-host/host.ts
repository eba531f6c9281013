import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Handler } from '../../../server-lib/express.ts';
import type { FlagDefinitions, Gate } from '../../../server-lib/index.ts';

/** An error handler, which has four parameters. */
export type ErrorHandler = (
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** The parts of a framework's application that the contract uses. */
export interface HostApp extends RequestListener {
  use(handler: Handler): unknown;
  use(handler: ErrorHandler): unknown;
  use(path: string, handler: Handler): unknown;
  use(path: string, app: HostApp): unknown;
}

/** A framework with the middleware. */
export interface Host {
  readonly name: string;
  /** An empty application that adds no headers about itself. */
  readonly create: () => HostApp;
}

/** The gate of `holder`: a request, or the locals of a response. */
export function gkOf(holder: object): Gate<FlagDefinitions> {
  return (holder as { readonly gk: Gate<FlagDefinitions> }).gk;
}

/** The template variables of a response. */
export function localsOf(response: ServerResponse): Record<string, unknown> {
  return (response as unknown as { readonly locals: Record<string, unknown> }).locals;
}
