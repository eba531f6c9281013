import { isForeignObject } from '../wire/foreign-json.ts';
import { Asker } from './asker.ts';
import type { CompiledFlag } from './compiled-flag.ts';
import type { Configuration, OverrideCookies } from './configuration.ts';
import type { Evaluation } from './evaluation.ts';
import type { ExposureLog } from './exposures.ts';
import type { FlagDefinitions, UserId } from './flag.ts';
import type { Gate } from './gate.ts';
import type { GateRequest } from './gate-request.ts';
import { GatekeeperError, kindOf } from './gatekeeper-error.ts';
import { Occasional } from './occasional.ts';
import { NO_OVERRIDES, type ResolvedOverrides, withinPermission } from './overrides.ts';
import type { Permission } from './permission.ts';
import { cookieOf, permissionIn, tellRequest } from './request-field.ts';
import type { Ruleset } from './ruleset.ts';

/**
 * The gate of one request. Its types are those of any flags; `createGatekeeper` gives it the application's.
 *
 * `ff` is the hot path: V8 inlines it whole as long as it stays short (920 octets of bytecode, all in all), so what is
 * rare stands in methods of its own, and no method is a `#private` one, which would mark each gate as its own.
 */
export class RequestGate implements Gate<FlagDefinitions> {
  readonly #configuration: Configuration;
  readonly #user: Asker;
  #overrides: ResolvedOverrides | undefined;
  #rules: Ruleset | undefined;
  #occasional: Occasional | undefined;

  constructor(configuration: Configuration, request: GateRequest) {
    this.#configuration = configuration;
    this.#user = new Asker(request);
  }

  /** Whether a value is a gate, of whatever keeper. */
  static isGate(value: unknown): value is RequestGate {
    return isForeignObject(value) && #configuration in value;
  }

  /** Whether a value is a gate of this configuration's keeper. */
  static isOf(configuration: Configuration, value: unknown): boolean {
    return RequestGate.isGate(value) && value.#configuration === configuration;
  }

  ff(flag: string, variant: string): boolean {
    const compiled = this.#configuration.flags.get(flag);
    if (compiled === undefined) return this.unknownFlag(flag, 'ff() is always false');
    if (this.answer(compiled, this.#user).variant === variant) return true;
    return compiled.has(variant) ? false : this.unknownVariant(compiled, variant);
  }

  featureFlag(flag: string, variant: string): boolean {
    return this.ff(flag, variant);
  }

  ffVariant(flag: string, options?: { readonly userId?: UserId | null | undefined }): string | undefined {
    const compiled = this.flag(flag, 'ffVariant() returns undefined');
    if (compiled === undefined) return undefined;
    const other = options === undefined ? undefined : this.occasional().named(flag, options);
    const answer = this.answer(compiled, other ?? this.#user);
    if (other?.failure !== undefined) this.occasional().noUser(other.failure, answer);
    return answer.variant;
  }

  getFeatureFlagVariant(flag: string, options?: { readonly userId?: UserId | null | undefined }): string | undefined {
    return this.ffVariant(flag, options);
  }

  explain(flag: string): Evaluation | undefined {
    const compiled = this.flag(flag, 'explain() returns undefined');
    return compiled && this.answer(compiled, this.#user);
  }

  /** This request's answer, for the manifest: nobody was shown anything by it. */
  answerOf(flag: CompiledFlag): Evaluation {
    const overrides = this.overrides();
    if (overrides === WHILE_ASKING) return this.decide(flag, this.#user);
    return this.#user.told(flag.name) ?? this.tell(flag, this.#user, overrides);
  }

  /** The answer that a request without this browser's override would get. */
  withoutOverride(flag: CompiledFlag): Evaluation {
    const answer = this.answerOf(flag);
    return answer.source === 'override' ? this.decide(flag, this.#user) : answer;
  }

  mayOverride(): boolean {
    return this.permission() !== undefined;
  }

  /** This request's leave to override: asked once, and never upgraded later. */
  permission(): Permission | undefined {
    if (this.#overrides === WHILE_ASKING) return undefined;
    // Whoever may override is asked with no overrides in force, so that a cookie cannot let itself in.
    const { permissionByDefault, report } = this.#configuration;
    const ask = () => permissionIn(this.#user.request, permissionByDefault, report);
    return this.occasional().permission(() => this.withoutOverrides(ask));
  }

  withoutOverrides<Result>(ask: () => Result): Result {
    if (typeof ask !== 'function') {
      throw new GatekeeperError('ERR_GK_OPTIONS', `withoutOverrides: expected a function, got ${kindOf(ask)}`);
    }
    const before = this.#overrides;
    this.#overrides = WHILE_ASKING;
    try {
      return ask();
    } finally {
      this.#overrides = before;
    }
  }

  /** The revision of the rules that this request sees. */
  rulesRevision(): string | undefined {
    return this.rules().revision;
  }

  asked(): readonly Evaluation[] {
    return this.#user.answers();
  }

  isOverridden(): boolean {
    return this.#occasional?.isOverridden === true;
  }

  browserOverrides(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.overrides().applied].map(([flag, { variant }]) => [flag, variant]));
  }

  /** The override cookies of requests like this one. */
  cookies(): OverrideCookies {
    return this.#configuration.cookiesFor(this.#user.request);
  }

  /** What came of this browser's override cookie. */
  overrides(): ResolvedOverrides {
    return this.#overrides ?? this.resolve();
  }

  setBrowserOverrideVariant(flag: string, variant: string): boolean {
    const permission = this.permission();
    const edit = permission && this.occasional().edit(permission, this.overrides());
    const obstacle = edit ? edit.set(flag, variant) : 'this request may not override';
    if (obstacle !== undefined) {
      this.occasional().mistake(
        'ERR_GK_OVERRIDE_NOT_SET',
        flag,
        () => `the override is not set: ${obstacle}`,
        obstacle,
      );
    }
    return obstacle === undefined;
  }

  private answer(flag: CompiledFlag, asker: Asker): Evaluation {
    const overrides = this.#overrides ?? this.resolve();
    if (overrides === WHILE_ASKING) return this.decide(flag, asker);
    return asker.told(flag.name) ?? this.tell(flag, asker, overrides, this.#configuration.exposed);
  }

  private tell(flag: CompiledFlag, asker: Asker, overrides: ResolvedOverrides, exposed?: ExposureLog): Evaluation {
    const override = overrides === NO_OVERRIDES ? undefined : overrides.applied.get(flag.name);
    const answer = override ?? this.#configuration.decisions.decide(flag, asker, this.#rules ?? this.rules());
    asker.tell(answer);
    if (exposed !== undefined) exposed(answer, asker, this.rulesRevision());
    return answer;
  }

  private decide(flag: CompiledFlag, asker: Asker): Evaluation {
    return this.#configuration.decisions.decide(flag, asker, this.rules());
  }

  private rules(): Ruleset {
    this.#rules ??= this.#configuration.rules.current();
    return this.#rules;
  }

  private resolve(): ResolvedOverrides {
    this.#rules ??= this.#configuration.rules.current();
    // The request's getter may be the application's own: a flag that it asks sees no overrides.
    this.#overrides = WHILE_ASKING;
    const cookie = cookieOf(this.#user.request, this.#configuration.report);
    this.#overrides = undefined;
    this.#overrides = cookie === undefined ? NO_OVERRIDES : this.overridesIn(cookie);
    return this.#overrides;
  }

  private overridesIn(cookie: string): ResolvedOverrides {
    const cookies = this.cookies();
    const value = cookies.find(cookie);
    const permission = value === undefined ? undefined : this.permission();
    if (value === undefined || permission === undefined) return NO_OVERRIDES;
    const overrides = withinPermission(cookies.resolve(value), permission);
    this.#overrides = overrides; // before anybody hears of it, who may ask a flag
    const { request } = this.#user;
    const isOverridden = overrides.applied.size > 0;
    this.occasional().isOverridden = isOverridden;
    tellRequest(request, 'onCookieAccepted', this.#configuration.report);
    if (isOverridden) tellRequest(request, 'onOverridden', this.#configuration.report);
    return overrides;
  }

  private flag(name: string, ifUnknown: string): CompiledFlag | undefined {
    const flag = this.#configuration.flags.get(name);
    if (flag === undefined) this.unknownFlag(name, ifUnknown);
    return flag;
  }

  private unknownFlag(name: string, consequence: string): false {
    this.occasional().unknownFlag(name, consequence);
    return false;
  }

  private unknownVariant(flag: CompiledFlag, variant: string): false {
    this.occasional().unknownVariant(flag, variant, 'ff() is always false');
    return false;
  }

  private occasional(): Occasional {
    this.#occasional ??= new Occasional(this.#configuration, this.#user);
    return this.#occasional;
  }
}

const WHILE_ASKING: ResolvedOverrides = { ...NO_OVERRIDES };
