import { findCookie } from '../wire/cookie-header.ts';
import { AnotherUser, type Asker, RequestUser } from './asker.ts';
import type { CompiledFlag } from './compiled-flag.ts';
import type { Configuration } from './configuration.ts';
import { Decision } from './decision.ts';
import { isUserId } from './define-flags.ts';
import type { Evaluation } from './evaluation.ts';
import type { FlagDefinitions, UserId } from './flag.ts';
import type { Gate } from './gate.ts';
import type { GateRequest } from './gate-request.ts';
import { GatekeeperError, type GatekeeperErrorCode, quoted } from './gatekeeper-error.ts';
import { OverrideEdit } from './override-edit.ts';
import { NO_OVERRIDES, type ResolvedOverrides, withinPermission } from './overrides.ts';
import type { Permission } from './permission.ts';

/** The gate of one request. Its types are those of any flags; `createGatekeeper` gives it the application's. */
export class RequestGate implements Gate<FlagDefinitions> {
  readonly #configuration: Configuration;
  readonly #request: GateRequest;
  readonly #user: Asker;
  #others: Map<string, Asker> | undefined;
  #decision: Decision | undefined;
  #permission: Permission | 'asking' | 'none' | undefined;
  #overrides: ResolvedOverrides | undefined;
  #edit: OverrideEdit | undefined;
  #mistakes: Set<string> | undefined;

  constructor(configuration: Configuration, request: GateRequest) {
    this.#configuration = configuration;
    this.#request = request;
    this.#user = new RequestUser(request);
  }

  ff(flag: string, variant: string): boolean {
    const compiled = this.#flag(flag);
    if (compiled === undefined) return false;
    if (this.#answer(compiled, this.#user).variant === variant) return true;
    if (!compiled.has(variant)) {
      this.#mistake('ERR_GK_UNKNOWN_VARIANT', flag, `${quoted(variant)} is no variant of it, so ff() is always false`);
    }
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
    return this.#answer(flag, this.#user, { isShown: false });
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
      this.#permission = 'asking';
      this.#permission = this.#configuration.permission(this.#request) ?? 'none';
    }
    return typeof this.#permission === 'string' ? undefined : this.#permission;
  }

  withoutOverrides<Result>(ask: () => Result): Result {
    const before = this.#permission;
    this.#permission = 'asking';
    try {
      return ask();
    } finally {
      this.#permission = before;
    }
  }

  /** The revision of the rules that this request sees. */
  rulesRevision(): string | undefined {
    return this.#decisions().rules.revision;
  }

  asked(): readonly Evaluation[] {
    return [...this.#user.pinned.values()];
  }

  isOverridden(): boolean {
    return this.#overrides !== undefined && this.#overrides.applied.size > 0;
  }

  browserOverrides(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.overrides().applied].map(([flag, { variant }]) => [flag, variant]));
  }

  /** What came of this browser's override cookie. */
  overrides(): ResolvedOverrides {
    if (this.#permission === 'asking') return NO_OVERRIDES;
    if (this.#overrides === undefined) {
      this.#overrides = this.#resolve();
      if (this.isOverridden()) this.#request.onOverridden?.();
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
    this.#edit ??= new OverrideEdit(this.#configuration, this.#request, permission, this.overrides().written);
    return this.#edit;
  }

  #resolve(): ResolvedOverrides {
    const { cookie } = this.#request;
    const { cookieName } = this.#configuration;
    const value = typeof cookie === 'string' ? findCookie(cookie, cookieName) : undefined;
    if (value === undefined) return NO_OVERRIDES;
    const permission = this.permission();
    return permission === undefined ? NO_OVERRIDES : withinPermission(this.#configuration.resolve(value), permission);
  }

  #flag(name: string): CompiledFlag | undefined {
    const flag = this.#configuration.flags.get(name);
    if (flag === undefined) this.#mistake('ERR_GK_UNKNOWN_FLAG', name, 'no such flag, so ff() is always false');
    return flag;
  }

  #answer(flag: CompiledFlag, asker: Asker, { isShown } = SHOWN): Evaluation {
    if (this.#permission === 'asking') return this.#decide(flag, asker);
    const pinned = asker.pinned.get(flag.name);
    if (pinned !== undefined) return pinned;
    const answer = this.overrides().applied.get(flag.name) ?? this.#decide(flag, asker);
    asker.pinned.set(flag.name, answer);
    if (isShown) this.#configuration.exposed?.(answer, asker, this.rulesRevision());
    return answer;
  }

  #decide(flag: CompiledFlag, asker: Asker): Evaluation {
    return this.#decisions().decide(flag, asker);
  }

  #decisions(): Decision {
    this.#decision ??= new Decision(this.#configuration.report, this.#configuration.rules());
    return this.#decision;
  }

  #askerFor(userId: unknown): Asker {
    if (!isUserId(userId)) return this.#user;
    this.#others ??= new Map();
    const key = String(userId);
    const asker = this.#others.get(key) ?? new AnotherUser(this.#request, userId);
    this.#others.set(key, asker);
    return asker;
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

const SHOWN = { isShown: true };
