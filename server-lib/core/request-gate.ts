import { findCookie } from '../wire/cookie-header.ts';
import { Asker } from './asker.ts';
import type { CompiledFlag } from './compiled-flag.ts';
import type { Configuration } from './configuration.ts';
import { isUserId } from './define-flags.ts';
import type { Evaluation } from './evaluation.ts';
import type { FlagDefinitions, UserId } from './flag.ts';
import type { Gate } from './gate.ts';
import type { GateRequest } from './gate-request.ts';
import { GatekeeperError, type GatekeeperErrorCode, quoted } from './gatekeeper-error.ts';
import { OverrideEdit } from './override-edit.ts';
import { NO_OVERRIDES, type ResolvedOverrides, withinPermission, writtenIn } from './overrides.ts';
import { Permission } from './permission.ts';
import type { Ruleset } from './ruleset.ts';

/** The gate of one request. Its types are those of any flags; `createGatekeeper` gives it the application's. */
export class RequestGate implements Gate<FlagDefinitions> {
  readonly #configuration: Configuration;
  readonly #user: Asker;
  #rules: Ruleset | undefined;
  #permission: Permission | undefined;
  #overrides: ResolvedOverrides | undefined;
  #edit: OverrideEdit | undefined;
  #mistakes: Set<string> | undefined;

  constructor(configuration: Configuration, request: GateRequest) {
    this.#configuration = configuration;
    this.#user = new Asker(request);
  }

  ff(flag: string, variant: string): boolean {
    const compiled = this.#flag(flag);
    if (compiled === undefined) return false;
    if (this.#answer(compiled, this.#user).variant === variant) return true;
    if (!compiled.has(variant)) this.#unknownVariant(flag, variant);
    return false;
  }

  featureFlag(flag: string, variant: string): boolean {
    return this.ff(flag, variant);
  }

  ffVariant(flag: string, options?: { readonly userId?: UserId | undefined }): string | undefined {
    const compiled = this.#flag(flag);
    return compiled && this.#answer(compiled, this.#askerFor(options?.userId)).variant;
  }

  getFeatureFlagVariant(flag: string, options?: { readonly userId?: UserId | undefined }): string | undefined {
    return this.ffVariant(flag, options);
  }

  explain(flag: string): Evaluation | undefined {
    const compiled = this.#flag(flag);
    return compiled && this.#answer(compiled, this.#user);
  }

  /** This request's answer, for the manifest: nobody was shown anything by it. */
  answerOf(flag: CompiledFlag): Evaluation {
    return this.#told(flag, this.#user) ?? this.#tell(flag, this.#user);
  }

  /** The answer that a request without this browser's override would get. */
  withoutOverride(flag: CompiledFlag): Evaluation {
    const answer = this.answerOf(flag);
    return answer.source === 'override' ? this.#decide(flag, this.#user) : answer;
  }

  mayOverride(): boolean {
    return this.permission() !== undefined;
  }

  /** This request's leave to override: asked once, and never upgraded later. */
  permission(): Permission | undefined {
    if (this.#permission === undefined) {
      // Whoever may override is asked with no overrides in force, so that a cookie cannot let itself in.
      this.#permission = ASKING;
      this.#permission = this.#configuration.permission(this.#user.request) ?? NONE;
    }
    return this.#permission === ASKING || this.#permission === NONE ? undefined : this.#permission;
  }

  withoutOverrides<Result>(ask: () => Result): Result {
    const before = this.#permission;
    this.#permission = ASKING;
    try {
      return ask();
    } finally {
      this.#permission = before;
    }
  }

  /** The revision of the rules that this request sees. */
  rulesRevision(): string | undefined {
    return this.#ruleset().revision;
  }

  asked(): readonly Evaluation[] {
    return this.#user.answers();
  }

  isOverridden(): boolean {
    return this.#overrides !== undefined && this.#overrides.applied.size > 0;
  }

  browserOverrides(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.overrides().applied].map(([flag, { variant }]) => [flag, variant]));
  }

  /** What came of this browser's override cookie. */
  overrides(): ResolvedOverrides {
    if (this.#permission === ASKING) return NO_OVERRIDES;
    if (this.#overrides === undefined) {
      this.#overrides = this.#resolve();
      if (this.#overrides.applied.size > 0) this.#user.request.onOverridden?.();
    }
    return this.#overrides;
  }

  setBrowserOverrideVariant(flag: string, variant: string): boolean {
    const permission = this.permission();
    const obstacle = permission ? this.#editing(permission).set(flag, variant) : 'this request may not override';
    if (obstacle !== undefined) this.#mistake('ERR_GK_OVERRIDE_NOT_SET', flag, `the override is not set: ${obstacle}`);
    return obstacle === undefined;
  }

  #editing(permission: Permission): OverrideEdit {
    this.#edit ??= new OverrideEdit(this.#configuration, this.#user.request, permission, writtenIn(this.overrides()));
    return this.#edit;
  }

  #resolve(): ResolvedOverrides {
    const { cookie } = this.#user.request;
    if (typeof cookie !== 'string') return NO_OVERRIDES;
    const value = findCookie(cookie, this.#configuration.cookieName);
    if (value === undefined) return NO_OVERRIDES;
    const permission = this.permission();
    return permission === undefined ? NO_OVERRIDES : withinPermission(this.#configuration.resolve(value), permission);
  }

  #flag(name: string): CompiledFlag | undefined {
    const flag = this.#configuration.flags.get(name);
    if (flag === undefined) this.#mistake('ERR_GK_UNKNOWN_FLAG', name, 'no such flag, so ff() is always false');
    return flag;
  }

  #answer(flag: CompiledFlag, asker: Asker): Evaluation {
    return this.#told(flag, asker) ?? this.#exposed(this.#tell(flag, asker), asker);
  }

  #told(flag: CompiledFlag, asker: Asker): Evaluation | undefined {
    return this.#permission === ASKING ? this.#decide(flag, asker) : asker.told(flag.name);
  }

  #tell(flag: CompiledFlag, asker: Asker): Evaluation {
    const overrides = this.overrides();
    const override = overrides === NO_OVERRIDES ? undefined : overrides.applied.get(flag.name);
    const answer = override ?? this.#decide(flag, asker);
    asker.tell(answer);
    return answer;
  }

  #exposed(answer: Evaluation, asker: Asker): Evaluation {
    this.#configuration.exposed?.(answer, asker, this.rulesRevision());
    return answer;
  }

  #decide(flag: CompiledFlag, asker: Asker): Evaluation {
    return this.#configuration.decisions.decide(flag, asker, this.#ruleset());
  }

  #ruleset(): Ruleset {
    this.#rules ??= this.#configuration.rules();
    return this.#rules;
  }

  #askerFor(userId: unknown): Asker {
    return isUserId(userId) ? this.#user.other(userId) : this.#user;
  }

  #unknownVariant(flag: string, variant: string): void {
    this.#mistake('ERR_GK_UNKNOWN_VARIANT', flag, `${quoted(variant)} is no variant of it, so ff() is always false`);
  }

  #mistake(code: GatekeeperErrorCode, flag: string, what: string): void {
    this.#mistakes ??= new Set();
    const message = `Flag ${quoted(flag)}: ${what}`;
    if (this.#mistakes.has(message)) return;
    this.#mistakes.add(message);
    // A template may ask for anything; only a text can be a flag's name.
    const options = typeof flag === 'string' ? { flag } : {};
    this.#configuration.report(new GatekeeperError(code, message, options));
  }
}

// Instances, because comparing with `===` is cheapest between objects.
const NONE = new Permission(new Set());
const ASKING = new Permission(new Set());
