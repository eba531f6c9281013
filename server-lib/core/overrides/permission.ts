/** A permission to override: all flags or some, with or without an end. A class, so that no other object passes for one. */
export class Permission {
  readonly #scope: '*' | ReadonlySet<string>;
  /** Seconds since 1970; `undefined` if the permission is determined again for each request. */
  readonly expiresAt: number | undefined;

  /** Whether `value` is a `Permission`. An object that only looks like one permits nothing. */
  static isPermission(value: unknown): value is Permission {
    return typeof value === 'object' && value !== null && #scope in value;
  }

  constructor(scope: '*' | ReadonlySet<string>, expiresAt?: number) {
    this.#scope = scope;
    this.expiresAt = expiresAt;
  }

  get coversAllFlags(): boolean {
    return this.#scope === '*';
  }

  covers(flag: string): boolean {
    return this.#scope === '*' || this.#scope.has(flag);
  }

  /** Whole seconds until the permission ends, at least 0; `undefined` if it has no end. */
  secondsLeft(now: number = Date.now()): number | undefined {
    return this.expiresAt === undefined ? undefined : Math.max(0, this.expiresAt - Math.ceil(now / 1_000));
  }
}

/** The permission to override every flag. */
export const ALL_FLAGS: Permission = new Permission('*');

/** The permission for a value of `mayOverride`: only `true` and a `Permission` permit. */
export function toPermission(value: unknown): Permission | undefined {
  if (value === true) return ALL_FLAGS;
  return Permission.isPermission(value) ? value : undefined;
}
