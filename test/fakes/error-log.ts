import type { GatekeeperError, GatekeeperErrorCode } from '../../server-lib/index.ts';

/** An `onError` that keeps what it is told. It alone is spread into options: `createGatekeeper({ flags, ...log })`. */
export class ErrorLog {
  readonly #errors: GatekeeperError[] = [];
  readonly onError = (error: GatekeeperError): void => {
    this.#errors.push(error);
  };

  get errors(): readonly GatekeeperError[] {
    return this.#errors;
  }

  /** The codes so far, in the order in which they came. */
  get codes(): readonly GatekeeperErrorCode[] {
    return this.#errors.map(({ code }) => code);
  }
}

export function errorLog(): ErrorLog {
  return new ErrorLog();
}
