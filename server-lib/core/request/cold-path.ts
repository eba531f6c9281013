import { isJsonObject, type JsonObject, ownField } from '../../wire/untrusted-json.ts';
import { GatekeeperError, type GatekeeperErrorCode, type HookError } from '../errors.ts';
import type { CompiledFlag } from '../flags/compiled-flag.ts';
import type { Evaluation } from '../flags/flag.ts';
import type { KeeperState } from '../keeper-state.ts';
import { OverrideEdit } from '../overrides/override-edit.ts';
import { type ResolvedOverrides, variantEntries } from '../overrides/overrides.ts';
import { Permission } from '../overrides/permission.ts';
import { didYouMean, quoted } from '../values.ts';
import type { EvaluationContext, OtherUserContext } from './evaluation-context.ts';

/** What few requests need of a gate: leave to override, an edit of the overrides, other users, mistakes to report. */
export class ColdPath {
  readonly #state: KeeperState;
  readonly #context: EvaluationContext;
  /** Whether an override applied. It stays so while the application suspends overrides: the page is rendered already. */
  isOverridden = false;
  #permission: Permission | undefined;
  #edit: OverrideEdit | undefined;
  #others: Map<unknown, OtherUserContext> | undefined;
  #reported: Set<string> | undefined;

  constructor(state: KeeperState, user: EvaluationContext) {
    this.#state = state;
    this.#context = user;
  }

  /** This request's leave to override, which is asked for once. */
  permission(callback: () => Permission | undefined): Permission | undefined {
    this.#permission ??= callback() ?? NO_PERMISSION;
    return this.#permission === NO_PERMISSION ? undefined : this.#permission;
  }

  /** The changes to the browser's overrides, which `overrides` are so far. */
  overrideEdit(permission: Permission, overrides: ResolvedOverrides): OverrideEdit {
    this.#edit ??= new OverrideEdit(this.#state, this.#context.request, permission, variantEntries(overrides));
    return this.#edit;
  }

  /** The user whom `options` name, the same for the same id; `undefined` where they name none. */
  contextForUser(flag: string, options: unknown): OtherUserContext | undefined {
    const fields = isJsonObject(options) ? templateArguments(options) : undefined;
    if (fields === undefined || Object.keys(fields).some((key) => key !== 'userId')) {
      this.reportOnce('ERR_GK_OPTIONS', flag, () => 'the second argument of ffVariant() must be { userId }');
    }
    const userId = fields && ownField(fields, 'userId');
    if (userId === undefined) return undefined;
    this.#others ??= new Map();
    const key = typeof userId === 'number' ? String(userId) : userId;
    const other = this.#others.get(key) ?? this.#context.forUser(userId);
    this.#others.set(key, other);
    return other;
  }

  /** Reports a flag that does not exist, with the nearest one that does; each name once. */
  reportUnknownFlag(name: string, consequence: string): void {
    const { flags } = this.#state;
    const what = () => `there is no such flag, so ${consequence}${didYouMean(name, flags.keys())}`;
    this.reportOnce('ERR_GK_UNKNOWN_FLAG', name, what);
  }

  /** Reports a variant that its flag does not have, with the nearest one that it has; each once. */
  reportUnknownVariant(flag: CompiledFlag, variant: string, consequence: string): void {
    const what = `it has no variant ${quoted(variant)}, so ${consequence}`;
    this.reportOnce('ERR_GK_UNKNOWN_VARIANT', flag.name, () => what + didYouMean(variant, flag.variants), what);
  }

  /** Reports that a flag was asked about what is no user; one that looks at the user has failed, and was reported. */
  reportInvalidUser({ code, message }: HookError, { flag, source }: Evaluation): void {
    if (source !== 'error') this.reportOnce(code, flag, () => message);
  }

  /** Reports what the application did by mistake; once for each flag, code and `key`. */
  reportOnce(code: GatekeeperErrorCode, flag: string, what: () => string, key = ''): void {
    this.#reported ??= new Set();
    const error = `${code} ${quoted(flag)} ${key}`;
    if (this.#reported.has(error)) return;
    this.#reported.add(error);
    const message = `Flag ${quoted(flag)}: ${what()}`;
    // A template may ask for anything; only a text can be a flag's name.
    const options = typeof flag === 'string' ? { flag } : {};
    this.#state.report(new GatekeeperError(code, message, options));
  }
}

// Handlebars ends each call with an object of its own, whose `hash` holds what the template names: `userId="7"`. Nunjucks
// marks the object that it makes of `userId=7`.
function templateArguments(options: JsonObject): JsonObject {
  const hash = Object.hasOwn(options, 'name') ? ownField(options, 'hash') : undefined;
  const { __keywords, ...fields } = isJsonObject(hash) ? hash : options;
  return fields;
}

// An instance, because comparing with `===` is cheapest between objects.
const NO_PERMISSION = new Permission(new Set());
