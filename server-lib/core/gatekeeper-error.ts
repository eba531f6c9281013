import { sanitize } from '../wire/sanitize.ts';

/** Every code that a {@link GatekeeperError} can bear; none is ever renamed. */
export type GatekeeperErrorCode =
  // thrown while the application starts
  | 'ERR_GK_OPTIONS'
  | 'ERR_GK_NAME'
  | 'ERR_GK_VARIANTS'
  | 'ERR_GK_USERS'
  | 'ERR_GK_SCENARIO'
  | 'ERR_GK_GRANTS'
  // thrown while the application starts; handed to onError where a source brings it later
  | 'ERR_GK_RULES_JSON'
  | 'ERR_GK_RULES_SCHEMA'
  // handed to onError when rules come, and when they do not
  | 'ERR_GK_RULES_NOTICE'
  | 'ERR_GK_RULES_SOURCE'
  // handed to onError while a request is served
  | 'ERR_GK_UNKNOWN_FLAG'
  | 'ERR_GK_UNKNOWN_VARIANT'
  | 'ERR_GK_USER_ID'
  | 'ERR_GK_ATTRIBUTES'
  | 'ERR_GK_SESSION'
  | 'ERR_GK_REQUEST'
  | 'ERR_GK_DECIDE_THREW'
  | 'ERR_GK_DECIDE_PROMISE'
  | 'ERR_GK_DECIDE_VARIANT'
  | 'ERR_GK_DECIDE_RECURSION'
  | 'ERR_GK_RULE_FAILED'
  | 'ERR_GK_POLICY_THREW'
  | 'ERR_GK_POLICY_PROMISE'
  | 'ERR_GK_POLICY_NOT_TRUE'
  | 'ERR_GK_ENVIRONMENT'
  | 'ERR_GK_GRANT_HOOK'
  | 'ERR_GK_OVERRIDE_NOT_SET'
  | 'ERR_GK_ON_EVALUATE';

/** A place in a text, both counted from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

const BRAND: unique symbol = Symbol.for('gatekeeper-flags.error');

/** A mistake in how the library is used: thrown at start-up, handed to `onError` at run time. */
export class GatekeeperError extends Error {
  override readonly name = 'GatekeeperError';
  readonly code: GatekeeperErrorCode;
  /** The flag concerned, where there is one. */
  readonly flag: string | undefined;
  /** Where the mistake stands in the text of a rules document. */
  readonly position: TextPosition | undefined;

  /** A program may hold two copies of this package (`import` and `require` under Jest): an error of either is one. */
  static override [Symbol.hasInstance](value: unknown): value is GatekeeperError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  constructor(
    code: GatekeeperErrorCode,
    message: string,
    options: { flag?: string; cause?: unknown; position?: TextPosition | undefined } = {},
  ) {
    // Whatever a document, a server or an application put into it: an error's message is one short line.
    super(sanitize(message), 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.flag = options.flag;
    this.position = options.position;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** `value` as it may stand in a message or a log line: quoted, escaped, short. Never throws. */
export function quoted(value: unknown): string {
  const text = described(value);
  return sanitize(JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text));
}

/** What `value` is, and nothing of what it says: for a user's id, which no message and no log may show. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined || Number.isNaN(value)) return String(value);
  if (typeof value === 'string') return `a string of ${value.length} characters`;
  if (typeof value === 'number' && !Number.isFinite(value)) return 'an infinite number';
  if (typeof value === 'number' && isImprecise(value)) return 'a number above 2^53, which has lost its last digits';
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (isList(value)) return 'an array';
  const [, tag = ''] = /^\[object (Map|Set|Date|Promise|RegExp)\]$/.exec(described(value)) ?? [];
  return tag === '' ? 'an object' : `a ${tag}`;
}

/**
 * Whether `value` is an object that can hold an application's settings by name. A Map, a Set or a promise is none: it has no
 * fields, and what the application meant by it would be ignored.
 */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && /^\[object (?:Object|Module)\]$/.test(described(value));
}

/** Whether a whole number is so large that it stands for its neighbours, too. */
export function isImprecise(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

function isList(value: object): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false; // a revoked proxy
  }
}

function described(value: unknown): string {
  try {
    return typeof value === 'object' && value !== null ? Object.prototype.toString.call(value) : String(value);
  } catch {
    return typeof value; // a revoked proxy, a getter that throws
  }
}
