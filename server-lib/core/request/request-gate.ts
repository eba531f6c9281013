import { isJsonObject } from '../../wire/untrusted-json.ts';
import { type AdapterRequest, notifyRequest, readCookieHeader, readPermission } from '../adapter-request.ts';
import { GatekeeperError } from '../errors.ts';
import type { CompiledFlag } from '../flags/compiled-flag.ts';
import type { Evaluation, FlagDefinitions, UserId } from '../flags/flag.ts';
import type { KeeperState } from '../keeper-state.ts';
import { limitToPermission, NO_OVERRIDES, type OverrideCache, type ResolvedOverrides } from '../overrides/overrides.ts';
import type { Permission } from '../overrides/permission.ts';
import type { Ruleset } from '../rules-port.ts';
import { kindOf } from '../values.ts';
import { ColdPath } from './cold-path.ts';
import { EvaluationContext } from './evaluation-context.ts';
import type { ExposureLog } from './exposures.ts';
import type { Gate } from './gate.ts';

/**
 * The gate of one request. Its types are those of any flags; `createGatekeeper` gives it the application's.
 *
 * `ff` is the hot path: V8 inlines it whole as long as it stays short (920 octets of bytecode, all in all), so what is
 * rare stands in methods of its own, and no method is a `#private` one, which would mark each gate as its own.
 */
export class RequestGate implements Gate<FlagDefinitions> {
  readonly #state: KeeperState;
  readonly #context: EvaluationContext;
  #overrides: ResolvedOverrides | undefined;
  #rules: Ruleset | undefined;
  #coldPath: ColdPath | undefined;

  constructor(state: KeeperState, request: AdapterRequest) {
    this.#state = state;
    this.#context = new EvaluationContext(request);
  }

  /** Whether a value is a gate, of whatever keeper. */
  static isGate(value: unknown): value is RequestGate {
    return isJsonObject(value) && #state in value;
  }

  /** Whether a value is a gate of this configuration's keeper. */
  static isGateOf(state: KeeperState, value: unknown): boolean {
    return RequestGate.isGate(value) && value.#state === state;
  }

  ff(flag: string, variant: string): boolean {
    const compiled = this.#state.flags.get(flag);
    if (compiled === undefined) return this.unknownFlag(flag, 'ff() is always false');
    if (this.evaluate(compiled, this.#context).variant === variant) return true;
    return compiled.hasVariant(variant) ? false : this.unknownVariant(compiled, variant);
  }

  featureFlag(flag: string, variant: string): boolean {
    return this.ff(flag, variant);
  }

  ffVariant(flag: string, options?: { readonly userId?: UserId | null | undefined }): string | undefined {
    const compiled = this.flag(flag, 'ffVariant() returns undefined');
    if (compiled === undefined) return undefined;
    const other = options === undefined ? undefined : this.coldPath().contextForUser(flag, options);
    const evaluation = this.evaluate(compiled, other ?? this.#context);
    if (other?.error !== undefined) this.coldPath().reportInvalidUser(other.error, evaluation);
    return evaluation.variant;
  }

  getFeatureFlagVariant(flag: string, options?: { readonly userId?: UserId | null | undefined }): string | undefined {
    return this.ffVariant(flag, options);
  }

  explain(flag: string): Evaluation | undefined {
    const compiled = this.flag(flag, 'explain() returns undefined');
    return compiled && this.evaluate(compiled, this.#context);
  }

  /** This request's answer, for the manifest: nobody was shown anything by it. */
  evaluationFor(flag: CompiledFlag): Evaluation {
    const overrides = this.overrides();
    if (overrides === OVERRIDES_SUSPENDED) return this.evaluateUnpinned(flag, this.#context);
    return this.#context.pinnedEvaluation(flag.name) ?? this.evaluateAndPin(flag, this.#context, overrides);
  }

  /** The answer that a request without this browser's override would get. */
  evaluationWithoutOverride(flag: CompiledFlag): Evaluation {
    const evaluation = this.evaluationFor(flag);
    return evaluation.source === 'override' ? this.evaluateUnpinned(flag, this.#context) : evaluation;
  }

  mayOverride(): boolean {
    return this.permission() !== undefined;
  }

  /** This request's leave to override: asked once, and never upgraded later. */
  permission(): Permission | undefined {
    if (this.#overrides === OVERRIDES_SUSPENDED) return undefined;
    // Whoever may override is asked with no overrides in force, so that a cookie cannot let itself in.
    const { defaultPermission, report } = this.#state;
    const callback = () => readPermission(this.#context.request, defaultPermission, report);
    return this.coldPath().permission(() => this.withoutOverrides(callback));
  }

  withoutOverrides<Result>(callback: () => Result): Result {
    if (typeof callback !== 'function') {
      throw new GatekeeperError('ERR_GK_OPTIONS', `withoutOverrides: expected a function, got ${kindOf(callback)}`);
    }
    const before = this.#overrides;
    this.#overrides = OVERRIDES_SUSPENDED;
    try {
      return callback();
    } finally {
      this.#overrides = before;
    }
  }

  /** The revision of the rules that this request sees. */
  rulesRevision(): string | undefined {
    return this.rules().revision;
  }

  evaluations(): readonly Evaluation[] {
    return this.#context.evaluations();
  }

  isOverridden(): boolean {
    return this.#coldPath?.isOverridden === true;
  }

  browserOverrides(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.overrides().applied].map(([flag, { variant }]) => [flag, variant]));
  }

  /** The override cookies of requests like this one. */
  overrideCache(): OverrideCache {
    return this.#state.overrideCacheFor(this.#context.request);
  }

  /** What came of this browser's override cookie. */
  overrides(): ResolvedOverrides {
    return this.#overrides ?? this.resolveOverrides();
  }

  setBrowserOverrideVariant(flag: string, variant: string): boolean {
    const permission = this.permission();
    const edit = permission && this.coldPath().overrideEdit(permission, this.overrides());
    const obstacle = edit ? edit.set(flag, variant) : 'this request may not override';
    if (obstacle !== undefined) {
      this.coldPath().reportOnce(
        'ERR_GK_OVERRIDE_NOT_SET',
        flag,
        () => `the override is not set: ${obstacle}`,
        obstacle,
      );
    }
    return obstacle === undefined;
  }

  private evaluate(flag: CompiledFlag, context: EvaluationContext): Evaluation {
    const overrides = this.#overrides ?? this.resolveOverrides();
    if (overrides === OVERRIDES_SUSPENDED) return this.evaluateUnpinned(flag, context);
    return (
      context.pinnedEvaluation(flag.name) ?? this.evaluateAndPin(flag, context, overrides, this.#state.logExposure)
    );
  }

  private evaluateAndPin(
    flag: CompiledFlag,
    context: EvaluationContext,
    overrides: ResolvedOverrides,
    exposed?: ExposureLog,
  ): Evaluation {
    const override = overrides === NO_OVERRIDES ? undefined : overrides.applied.get(flag.name);
    const evaluation = override ?? this.#state.resolver.evaluate(flag, context, this.#rules ?? this.rules());
    context.pin(evaluation);
    if (exposed !== undefined) exposed(evaluation, context, this.rulesRevision());
    return evaluation;
  }

  private evaluateUnpinned(flag: CompiledFlag, context: EvaluationContext): Evaluation {
    return this.#state.resolver.evaluate(flag, context, this.rules());
  }

  private rules(): Ruleset {
    this.#rules ??= this.#state.rules.current();
    return this.#rules;
  }

  private resolveOverrides(): ResolvedOverrides {
    this.#rules ??= this.#state.rules.current();
    // The request's getter may be the application's own: a flag that it asks sees no overrides.
    this.#overrides = OVERRIDES_SUSPENDED;
    const cookie = readCookieHeader(this.#context.request, this.#state.report);
    this.#overrides = undefined;
    this.#overrides = cookie === undefined ? NO_OVERRIDES : this.overridesFromCookie(cookie);
    return this.#overrides;
  }

  private overridesFromCookie(cookie: string): ResolvedOverrides {
    const cookies = this.overrideCache();
    const value = cookies.cookieValue(cookie);
    const permission = value === undefined ? undefined : this.permission();
    if (value === undefined || permission === undefined) return NO_OVERRIDES;
    const overrides = limitToPermission(cookies.overridesFor(value), permission);
    this.#overrides = overrides; // before anybody hears of it, who may ask a flag
    const { request } = this.#context;
    const isOverridden = overrides.applied.size > 0;
    this.coldPath().isOverridden = isOverridden;
    notifyRequest(request, 'onCookieAccepted', this.#state.report);
    if (isOverridden) notifyRequest(request, 'onOverridden', this.#state.report);
    return overrides;
  }

  private flag(name: string, ifUnknown: string): CompiledFlag | undefined {
    const flag = this.#state.flags.get(name);
    if (flag === undefined) this.unknownFlag(name, ifUnknown);
    return flag;
  }

  private unknownFlag(name: string, consequence: string): false {
    this.coldPath().reportUnknownFlag(name, consequence);
    return false;
  }

  private unknownVariant(flag: CompiledFlag, variant: string): false {
    this.coldPath().reportUnknownVariant(flag, variant, 'ff() is always false');
    return false;
  }

  private coldPath(): ColdPath {
    this.#coldPath ??= new ColdPath(this.#state, this.#context);
    return this.#coldPath;
  }
}

const OVERRIDES_SUSPENDED: ResolvedOverrides = { ...NO_OVERRIDES };
