/** Leave to override: every flag or some, for good or until a moment. A class, so that no other object is taken for one. */
export class Permission {
  readonly #scope: '*' | ReadonlySet<string>;
  /** Seconds since 1970; `undefined` where the leave is asked for anew with each request. */
  readonly expiresAt: number | undefined;

  /** Whether `value` is one: an object that only looks like it permits nothing. */
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

  /** Whole seconds that are left, at least 0; `undefined` where it does not end. */
  secondsLeft(now: number = Date.now()): number | undefined {
    return this.expiresAt === undefined ? undefined : Math.max(0, this.expiresAt - Math.ceil(now / 1_000));
  }
}

/** Leave to override every flag. */
export const ALL_FLAGS: Permission = new Permission('*');

/** What a caller's answer to "may this request override" comes to: exactly `true`, or a permission, is a yes. */
export function toPermission(value: unknown): Permission | undefined {
  if (value === true) return ALL_FLAGS;
  return Permission.isPermission(value) ? value : undefined;
}
