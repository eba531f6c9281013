import type { GatekeeperError, GatekeeperErrorCode } from '../../server-lib/index.ts';

/** Records errors. `onError` is its only own property, so that options can spread it: `{ flags, ...log }`. */
export class ErrorLog {
  readonly #errors: GatekeeperError[] = [];
  readonly onError = (error: GatekeeperError): void => {
    this.#errors.push(error);
  };

  get errors(): readonly GatekeeperError[] {
    return this.#errors;
  }

  /** The codes of the recorded errors, in order. */
  get codes(): readonly GatekeeperErrorCode[] {
    return this.#errors.map(({ code }) => code);
  }
}

export function errorLog(): ErrorLog {
  return new ErrorLog();
}
