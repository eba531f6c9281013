import type { FlagValue } from './manifest.ts';

// OpenFeature Remote Evaluation Protocol, document version 0.3.0: https://github.com/open-feature/protocol

/** What every client of OFREP appends to its base URL. */
export const OFREP_PATH = '/ofrep/v1';

/** The path of an evaluation of all flags, after the base URL. */
export const OFREP_BULK_PATH: '/ofrep/v1/evaluate/flags' = `${OFREP_PATH}/evaluate/flags`;

/** An evaluation of all flags that a site exposes: the body that a client of OFREP receives. */
export interface OfrepDocument {
  readonly flags: readonly OfrepFlag[];
  /** Where a client is told of changes. */
  readonly eventStreams?: readonly OfrepEventStream[] | undefined;
}

/** A flag of an {@link OfrepDocument}, evaluated or failed. */
export type OfrepFlag = OfrepSuccess | OfrepFailure;

export interface OfrepSuccess {
  readonly key: string;
  /** OpenFeature's reason. */
  readonly reason: string;
  readonly variant?: string;
  /** Without a value, the client uses the default in its code. */
  readonly value?: FlagValue;
  readonly metadata?: { readonly overridden: true };
}

export interface OfrepFailure {
  readonly key: string;
  /** OpenFeature's error code. */
  readonly errorCode: string;
  readonly errorDetails: string;
}

export interface OfrepEventStream {
  readonly type: 'sse';
  readonly endpoint: { readonly requestUri: string };
}
