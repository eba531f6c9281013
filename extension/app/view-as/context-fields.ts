import {
  type AttributeType,
  attributeKey,
  displayString,
  isContextKey,
  isSimulatedUser,
  type Manifest,
  type ManifestContext,
  parseAttributeValue,
  parseUtcTime,
  TIME_KEY,
  USER_KEY,
} from '../../../server-lib/wire.ts';
import { type OrphanOverride, unlistedEntries } from '../flags/flag-rows.ts';
import type { StoredOverrides } from '../session/stored-overrides.ts';

/** What a part of the context accepts: a value of an attribute, a user, or a time. */
export type ContextType = AttributeType | { readonly type: 'user' | 'time' };

/** A part of the context that the site lets its testers simulate. */
export interface ContextField {
  /** The key in the cookie. */
  readonly key: string;
  /** The attribute; `''` for the user and the time. */
  readonly attribute: string;
  readonly type: ContextType;
  /** The value of the real request; `undefined` if the site gives none. */
  readonly actual: string | undefined;
  /** The entry in the cookie; `''` without one. */
  readonly chosen: string;
  /** Whether the site ignores the entry. */
  readonly isIgnored: boolean;
}

/** What a site lets its testers simulate, by the key in the cookie. */
export function contextTypes(context: ManifestContext | undefined): ReadonlyMap<string, ContextType> {
  return new Map(declaredParts(context).map(({ key, type }) => [key, type]));
}

/** The fields of the "View as" view: the user and the time, then the attributes in the manifest's order. */
export function contextFields({ context }: Manifest, stored: StoredOverrides): readonly ContextField[] {
  return declaredParts(context).map((part) => {
    const value = stored.entries.get(part.key);
    return {
      ...part,
      chosen: typeof value === 'string' ? value : '',
      isIgnored: stored.entries.has(part.key) && !isAllowedValue(part.type, value),
    };
  });
}

type DeclaredPart = Omit<ContextField, 'chosen' | 'isIgnored'>;

function declaredParts({ user, time, attributes = [] }: ManifestContext = {}): readonly DeclaredPart[] {
  return [
    ...(user ? [{ key: USER_KEY, attribute: '', type: { type: 'user' } as const, actual: user.current }] : []),
    ...(time ? [{ key: TIME_KEY, attribute: '', type: { type: 'time' } as const, actual: undefined }] : []),
    ...attributes.map((type) => ({
      key: attributeKey(type.name),
      attribute: type.name,
      type,
      actual: type.current === undefined ? undefined : String(type.current),
    })),
  ];
}

/** Whether the site accepts a value in the cookie, as the server checks it. */
export function isAllowedValue(type: ContextType, value: unknown): value is string {
  switch (type.type) {
    case 'user':
      return isSimulatedUser(value);
    case 'time':
      return parseUtcTime(value) !== undefined;
    default:
      return parseAttributeValue(value, type) !== undefined;
  }
}

/**
 * The value for the cookie of what the user has entered in a field; `''` removes the entry, `undefined` is a value that is
 * not allowed. A time is entered in the user's time zone, such as `2027-01-01T00:00`.
 */
export function enteredValue(type: ContextType, text: string): string | undefined {
  const value = toCookieValue(type, text);
  return value === '' || isAllowedValue(type, value) ? value : undefined;
}

function toCookieValue({ type }: ContextType, text: string): string | undefined {
  if (type === 'string' || type === 'boolean') return text;
  const trimmed = text.trim();
  if (trimmed === '' || type === 'user') return trimmed;
  return type === 'number' ? plainNumber(trimmed) : utcTime(trimmed);
}

// A field of a browser also accepts ".5", which is not a number in JSON.
const plainNumber = (text: string): string => String(Number(text) + 0);

function utcTime(local: string): string | undefined {
  const time = new Date(local);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString().replace('.000Z', 'Z');
}

/** A simulated time as a field for dates shows it, in the user's time zone; `''` if it is not a time. */
export function localTime(value: string): string {
  const milliseconds = parseUtcTime(value);
  if (milliseconds === undefined) return '';
  const time = new Date(milliseconds);
  const pad = (number: number, length = 2): string => String(number).padStart(length, '0');
  const date = [pad(time.getFullYear(), 4), pad(time.getMonth() + 1), pad(time.getDate())].join('-');
  const seconds = time.getSeconds() === 0 ? [] : [pad(time.getSeconds())];
  return `${date}T${[pad(time.getHours()), pad(time.getMinutes()), ...seconds].join(':')}`;
}

/** The simulated context in the cookie. Its labels have no "@". */
export function simulatedEntries(manifest: Manifest, stored: StoredOverrides): readonly OrphanOverride[] {
  return unlistedEntries(manifest, stored)
    .filter(({ name }) => isContextKey(name))
    .map((entry) => ({
      ...entry,
      label: entry.label.slice(1),
      // A server that does not simulate reports "unknown-flag", but it is not a flag.
      code: entry.code === 'unknown-flag' ? 'unknown-attribute' : entry.code,
    }));
}

/** A value that the user has entered and the site does not allow, by the key of its field. */
export type RefusedValues = ReadonlyMap<string, string>;

/** Receives what the user enters in the "View as" view. It writes no cookie: the session does. */
export class ViewAsStore {
  readonly #choose: (key: string, value: string) => void;
  readonly #onChange: () => void;
  #refused: RefusedValues = new Map();

  /** `choose` stores a value under its key; `''` removes it. */
  constructor(choose: (key: string, value: string) => void, onChange: () => void) {
    this.#choose = choose;
    this.#onChange = onChange;
  }

  get refused(): RefusedValues {
    return this.#refused;
  }

  /** Simulates what the user has entered, if it is allowed. `undefined` is text that the browser could not read. */
  enter({ key, type }: Pick<ContextField, 'key' | 'type'>, text: string | undefined): void {
    const value = text === undefined ? undefined : enteredValue(type, text);
    const refused = new Map(this.#refused);
    if (value === undefined) refused.set(key, displayString(text) ?? '');
    else refused.delete(key);
    this.#refused = refused;
    if (value === undefined) this.#onChange();
    else this.#choose(key, value);
  }

  /** Forgets the refused values. */
  reset(): void {
    this.#refused = new Map();
    this.#onChange();
  }
}
