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

/** The parts of a gate that few requests need: permission, changes of overrides, other users, error reports. */
export class ColdPath {
  readonly #state: KeeperState;
  readonly #context: EvaluationContext;
  /** Whether an override applied. Stays `true` while overrides are suspended, because the page has used it already. */
  isOverridden = false;
  #permission: Permission | undefined;
  #edit: OverrideEdit | undefined;
  #others: Map<unknown, OtherUserContext> | undefined;
  #reported: Set<string> | undefined;

  constructor(state: KeeperState, context: EvaluationContext) {
    this.#state = state;
    this.#context = context;
  }

  /** This request's permission to override. Calls `callback` once. */
  permission(callback: () => Permission | undefined): Permission | undefined {
    this.#permission ??= callback() ?? NO_PERMISSION;
    return this.#permission === NO_PERMISSION ? undefined : this.#permission;
  }

  /** The edit of this browser's overrides, which starts with `overrides`. */
  overrideEdit(permission: Permission, overrides: ResolvedOverrides): OverrideEdit {
    this.#edit ??= new OverrideEdit(this.#state, this.#context.request, permission, variantEntries(overrides));
    return this.#edit;
  }

  /** The context for the user in `options`, the same object for the same id; `undefined` if they contain none. */
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

// Handlebars adds an argument to each call, whose `hash` contains the template's named arguments: `userId="7"`. Nunjucks
// marks the object that it creates for `userId=7` with `__keywords`.
function templateArguments(options: JsonObject): JsonObject {
  const hash = Object.hasOwn(options, 'name') ? ownField(options, 'hash') : undefined;
  const { __keywords, ...fields } = isJsonObject(hash) ? hash : options;
  return fields;
}

// An object, because `===` is fastest between objects.
const NO_PERMISSION = new Permission(new Set());
