import { type ForeignObject, isForeignObject, own } from '../wire/foreign-json.ts';
import type { Asker, OtherAsker } from './asker.ts';
import type { CompiledFlag } from './compiled-flag.ts';
import type { Configuration } from './configuration.ts';
import type { Evaluation } from './evaluation.ts';
import { GatekeeperError, type GatekeeperErrorCode, quoted } from './gatekeeper-error.ts';
import type { HookFailure } from './hook.ts';
import { didYouMean } from './nearest-name.ts';
import { OverrideEdit } from './override-edit.ts';
import { type ResolvedOverrides, writtenIn } from './overrides.ts';
import { Permission } from './permission.ts';

/** What few requests need of a gate: leave to override, an edit of the overrides, other users, mistakes to report. */
export class Occasional {
  readonly #configuration: Configuration;
  readonly #user: Asker;
  /** Whether an override applied. It stays so while the application suspends overrides: the page is rendered already. */
  isOverridden = false;
  #permission: Permission | undefined;
  #edit: OverrideEdit | undefined;
  #others: Map<unknown, OtherAsker> | undefined;
  #reported: Set<string> | undefined;

  constructor(configuration: Configuration, user: Asker) {
    this.#configuration = configuration;
    this.#user = user;
  }

  /** This request's leave to override, which is asked for once. */
  permission(ask: () => Permission | undefined): Permission | undefined {
    this.#permission ??= ask() ?? NONE;
    return this.#permission === NONE ? undefined : this.#permission;
  }

  /** The changes to the browser's overrides, which `overrides` are so far. */
  edit(permission: Permission, overrides: ResolvedOverrides): OverrideEdit {
    this.#edit ??= new OverrideEdit(this.#configuration, this.#user.request, permission, writtenIn(overrides));
    return this.#edit;
  }

  /** The user whom `options` name, the same for the same id; `undefined` where they name none. */
  named(flag: string, options: unknown): OtherAsker | undefined {
    const fields = isForeignObject(options) ? writtenInTemplate(options) : undefined;
    if (fields === undefined || Object.keys(fields).some((key) => key !== 'userId')) {
      this.mistake('ERR_GK_OPTIONS', flag, () => 'the second argument of ffVariant() must be { userId }');
    }
    const userId = fields && own(fields, 'userId');
    if (userId === undefined) return undefined;
    this.#others ??= new Map();
    const key = typeof userId === 'number' ? String(userId) : userId;
    const other = this.#others.get(key) ?? this.#user.other(userId);
    this.#others.set(key, other);
    return other;
  }

  /** Reports a flag that does not exist, with the nearest one that does; each name once. */
  unknownFlag(name: string, consequence: string): void {
    const { flags } = this.#configuration;
    const what = () => `there is no such flag, so ${consequence}${didYouMean(name, flags.keys())}`;
    this.mistake('ERR_GK_UNKNOWN_FLAG', name, what);
  }

  /** Reports a variant that its flag does not have, with the nearest one that it has; each once. */
  unknownVariant(flag: CompiledFlag, variant: string, consequence: string): void {
    const what = `it has no variant ${quoted(variant)}, so ${consequence}`;
    this.mistake('ERR_GK_UNKNOWN_VARIANT', flag.name, () => what + didYouMean(variant, flag.variants), what);
  }

  /** Reports that a flag was asked about what is no user; one that looks at the user has failed, and was reported. */
  noUser({ code, message }: HookFailure, { flag, source }: Evaluation): void {
    if (source !== 'error') this.mistake(code, flag, () => message);
  }

  /** Reports what the application did by mistake; once for each flag, code and `key`. */
  mistake(code: GatekeeperErrorCode, flag: string, what: () => string, key = ''): void {
    this.#reported ??= new Set();
    const mistake = `${code} ${quoted(flag)} ${key}`;
    if (this.#reported.has(mistake)) return;
    this.#reported.add(mistake);
    const message = `Flag ${quoted(flag)}: ${what()}`;
    // A template may ask for anything; only a text can be a flag's name.
    const options = typeof flag === 'string' ? { flag } : {};
    this.#configuration.report(new GatekeeperError(code, message, options));
  }
}

// Handlebars ends each call with an object of its own, whose `hash` holds what the template names: `userId="7"`. Nunjucks
// marks the object that it makes of `userId=7`.
function writtenInTemplate(options: ForeignObject): ForeignObject {
  const hash = Object.hasOwn(options, 'name') ? own(options, 'hash') : undefined;
  const { __keywords, ...fields } = isForeignObject(hash) ? hash : options;
  return fields;
}

// An instance, because comparing with `===` is cheapest between objects.
const NONE = new Permission(new Set());
