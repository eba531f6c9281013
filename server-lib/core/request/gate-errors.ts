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
    if (!this.#isFirst(`${code} ${quoted(flag)} ${key}`)) return;
    const message = `Flag ${quoted(flag)}: ${what()}`;
    // A template may pass any value; only a string can be a flag's name.
    const options = typeof flag === 'string' ? { flag } : {};
    this.#state.report(new GatekeeperError(code, message, options));
  }

  /** Reports, once, a page that lists one browser's flags although a shared cache may store it. */
  reportLateUsedScript(): void {
    if (!this.#isFirst('ERR_GK_USED_SCRIPT')) return;
    const what =
      "usedScript() lists one browser's flags, but the headers were sent and let a shared cache store the page";
    const advice = 'evaluate a flag, or call usedScript(), before the headers are sent';
    this.#state.report(new GatekeeperError('ERR_GK_USED_SCRIPT', `${what}; ${advice}`));
  }

  /** Reports, once for all requests, that a visitor's id cannot be stored: a mistake of the code, not of the visitor. */
  reportLateVisitor(): void {
    if (LATE_VISITORS.has(this.#state)) return;
    LATE_VISITORS.add(this.#state);
    const what =
      'a rule needs an id for a visitor, but the response can set no cookie any more, so the visitor has no id';
    const advice = 'evaluate the flag before the headers are sent';
    this.#state.report(new GatekeeperError('ERR_GK_VISITOR_COOKIE', `${what}; ${advice}`));
  }

  #isFirst(kind: string): boolean {
    this.#reported ??= new Set();
    const { size } = this.#reported;
    return this.#reported.add(kind).size > size;
  }
}

const LATE_VISITORS = new WeakSet<KeeperState>();
