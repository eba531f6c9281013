import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Handler } from '../../../server-lib/express.ts';
import type { FlagDefinitions, Gate } from '../../../server-lib/index.ts';

/** A handler of errors, known by its four parameters. */
export type ErrorHandler = (
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** What the contract needs of a framework's application. */
export interface HostApp extends RequestListener {
  use(handler: Handler): unknown;
  use(handler: ErrorHandler): unknown;
  use(path: string, handler: Handler): unknown;
  use(path: string, app: HostApp): unknown;
}

/** A framework that runs the middleware. */
export interface Host {
  readonly name: string;
  /** An empty application, which says nothing about itself in its headers. */
  readonly create: () => HostApp;
}

/** The gate that `holder` (a request, or what a response has for templates) carries. */
export function gkOf(holder: object): Gate<FlagDefinitions> {
  return (holder as { readonly gk: Gate<FlagDefinitions> }).gk;
}

/** What a response has for templates. */
export function localsOf(response: ServerResponse): Record<string, unknown> {
  return (response as unknown as { readonly locals: Record<string, unknown> }).locals;
}
