import type { GatekeeperError, GatekeeperErrorCode } from '../../server-lib/index.ts';

/** An `onError` that keeps what it is told. */
export interface ErrorLog {
  readonly onError: (error: GatekeeperError) => void;
  readonly errors: readonly GatekeeperError[];
  /** The codes so far, in the order in which they came. */
  readonly codes: readonly GatekeeperErrorCode[];
}

export function errorLog(): ErrorLog {
  const errors: GatekeeperError[] = [];
  return {
    errors,
    onError: (error) => {
      errors.push(error);
    },
    get codes() {
      return errors.map(({ code }) => code);
    },
  };
}
