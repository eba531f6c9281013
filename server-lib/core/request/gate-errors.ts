import { GatekeeperError, type GatekeeperErrorCode, type HookError } from '../errors.ts';
import type { CompiledFlag } from '../flags/compiled-flag.ts';
import type { Evaluation } from '../flags/flag.ts';
import type { KeeperState } from '../keeper-state.ts';
import { didYouMean, quoted } from '../values.ts';

/** Reports the mistakes in calls of a gate's methods. */
export class GateErrors {
  readonly #state: KeeperState;
  #reported: Set<string> | undefined;

  constructor(state: KeeperState) {
    this.#state = state;
  }

  /** Reports a flag that does not exist, with the nearest name; each name once. */
  reportUnknownFlag(name: string, consequence: string): void {
    const { flags } = this.#state;
    const what = () => `there is no such flag, so ${consequence}${didYouMean(name, flags.keys())}`;
    this.reportOnce('ERR_GK_UNKNOWN_FLAG', name, what);
  }

  /** Reports a variant that its flag does not have, with the nearest name; each variant once. */
  reportUnknownVariant(flag: CompiledFlag, variant: string, consequence: string): void {
    const what = `it has no variant ${quoted(variant)}, so ${consequence}`;
    this.reportOnce('ERR_GK_UNKNOWN_VARIANT', flag.name, () => what + didYouMean(variant, flag.variants), what);
  }

  /** Reports an invalid user id, unless the flag needed it: then the evaluation failed and was reported already. */
  reportInvalidUser({ code, message }: HookError, { flag, source }: Evaluation): void {
    if (source !== 'error') this.reportOnce(code, flag, () => message);
  }

  /** Reports a mistake of the application, once for each flag, code and `key`. */
  reportOnce(code: GatekeeperErrorCode, flag: string, what: () => string, key = ''): void {
    this.#reported ??= new Set();
    const kind = `${code} ${quoted(flag)} ${key}`;
    if (this.#reported.has(kind)) return;
    this.#reported.add(kind);
    const message = `Flag ${quoted(flag)}: ${what()}`;
    // A template may pass any value; only a string can be a flag's name.
    const options = typeof flag === 'string' ? { flag } : {};
    this.#state.report(new GatekeeperError(code, message, options));
  }
}
