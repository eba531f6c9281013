import type { Asker } from './asker.ts';
import type { Configuration } from './configuration.ts';
import type { UserId } from './flag.ts';
import { GatekeeperError, type GatekeeperErrorCode, quoted } from './gatekeeper-error.ts';
import { OverrideEdit } from './override-edit.ts';
import { type ResolvedOverrides, writtenIn } from './overrides.ts';
import { Permission } from './permission.ts';

/** What few requests need of a gate: leave to override, an edit of the overrides, other users, mistakes to report. */
export class Occasional {
  readonly #configuration: Configuration;
  readonly #user: Asker;
  #permission: Permission | undefined;
  #edit: OverrideEdit | undefined;
  #others: Map<string, Asker> | undefined;
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

  /** Another user on the same request, the same for the same id. */
  other(userId: UserId): Asker {
    this.#others ??= new Map();
    const key = String(userId);
    const other = this.#others.get(key) ?? this.#user.other(userId);
    this.#others.set(key, other);
    return other;
  }

  /** Reports what the application asked by mistake, each mistake once. */
  mistake(code: GatekeeperErrorCode, flag: string, what: string): void {
    this.#reported ??= new Set();
    const message = `Flag ${quoted(flag)}: ${what}`;
    if (this.#reported.has(message)) return;
    this.#reported.add(message);
    // A template may ask for anything; only a text can be a flag's name.
    const options = typeof flag === 'string' ? { flag } : {};
    this.#configuration.report(new GatekeeperError(code, message, options));
  }
}

// An instance, because comparing with `===` is cheapest between objects.
const NONE = new Permission(new Set());
