import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import { GatekeeperError } from '../../core/errors.ts';
import { type OptionNames, unknownOptionError } from '../../core/read-options.ts';
import { isJsonObject, ownField } from '../../wire/untrusted-json.ts';

/** A secret that signs grants, and the name by which a grant says that it did. */
export interface GrantKey {
  readonly kid: string;
  /** At least 32 octets, as they are or in base64url: `randomBytes(32).toString('base64url')`. */
  readonly secret: Uint8Array | string;
}

/** The keys of a site: the first signs, all verify, so that a key is rotated by putting a new one first. */
export class KeyRing {
  /** The name of the key that signs. */
  readonly kid: string;
  readonly #signer: KeyObject;
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #decoyKey: KeyObject;

  constructor(keys: readonly GrantKey[]) {
    this.#keys = validateKeys(keys);
    const [first] = this.#keys;
    if (first === undefined) throw keysError('keys: name at least one, [{ kid, secret }]');
    [this.kid, this.#signer] = first;
    // As long as a real one: HMAC takes longer for a key of more than one block (RFC 2104 2).
    this.#decoyKey = createSecretKey(randomBytes(this.#signer.symmetricKeySize ?? MIN_BYTES));
  }

  sign(text: string): Buffer {
    return hmac(this.#signer, text);
  }

  /** Whether the key called `kid` gave `text` this signature; an unknown key takes as long as a known one. */
  verify(text: string, { kid, signature }: { readonly kid: string; readonly signature: Uint8Array }): boolean {
    const key = this.#keys.get(kid);
    const expected = hmac(key ?? this.#decoyKey, text);
    const isEqual = signature.length === expected.length && timingSafeEqual(signature, expected);
    return isEqual && key !== undefined;
  }
}

const MIN_BYTES = 32; // RFC 7518 3.2: no shorter than the hash

function hmac(key: KeyObject, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

// No message shows anything of a key: who has swapped kid and secret must not read the secret in a log.
function validateKeys(keys: unknown): ReadonlyMap<string, KeyObject> {
  if (!Array.isArray(keys)) throw keysError(`keys is a list of { kid, secret }, got ${typeof keys}`);
  const checked = new Map<string, KeyObject>();
  for (const [at, key] of keys.entries()) {
    const [kid, secret] = isJsonObject(key) ? [ownField(key, 'kid'), ownField(key, 'secret')] : [];
    // A misspelt or invented field, `expires`, would be ignored.
    const unknown = isJsonObject(key) ? unknownOptionError(key, KEY_FIELDS) : undefined;
    if (unknown !== undefined) throw keysError(`keys[${at}]: ${unknown}`);
    if (!isKid(kid)) throw keysError(`keys[${at}]: kid is a text of 1 to 128 characters`);
    if (checked.has(kid)) throw keysError(`keys[${at}]: its kid names another key already; give each its own`);
    checked.set(kid, createSecretKey(validateSecret(secret, at)));
  }
  return checked;
}

const KEY_FIELDS: OptionNames<GrantKey> = { kid: true, secret: true };

function isKid(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 128; // a grant has to have room for the rest
}

function validateSecret(secret: unknown, at: number): Uint8Array {
  const bytes = typeof secret === 'string' ? decodeBase64url(secret) : secret;
  if (!(bytes instanceof Uint8Array)) {
    throw keysError(`keys[${at}]: secret is a Buffer, or text in base64url without padding`);
  }
  if (bytes.length >= MIN_BYTES) return bytes;
  throw keysError(`keys[${at}]: secret has ${bytes.length} octets; ${MIN_BYTES} are the least`);
}

function keysError(what: string): GatekeeperError {
  return new GatekeeperError('ERR_GK_GRANTS', `grants: ${what}`);
}

/** The octets that `text` writes in base64url without padding (RFC 4648 5); `undefined` if they are written otherwise. */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  // Buffer skips what it does not know and drops unused bits: only the text that it would write itself is accepted.
  return bytes.toString('base64url') === text ? bytes : undefined;
}
