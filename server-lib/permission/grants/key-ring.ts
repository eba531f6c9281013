import type { KeyObject } from 'node:crypto';
import { GatekeeperError } from '../../core/errors.ts';
import { nodeCrypto } from '../../core/node-crypto.ts';
import { type OptionNames, unknownOptionError } from '../../core/read-options.ts';
import { kindOf } from '../../core/values.ts';
import { isJsonObject, ownField } from '../../wire/untrusted-json.ts';

/** A secret that signs grants, and its id, which each grant names. */
export interface GrantKey {
  readonly kid: string;
  /** At least 32 bytes, raw or in base64url: `randomBytes(32).toString('base64url')`. */
  readonly secret: Uint8Array | string;
}

/** The keys of a site. The first key signs, all keys verify. */
export class KeyRing {
  /** The id of the key that signs. */
  readonly kid: string;
  readonly #signer: KeyObject;
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #decoyKey: KeyObject;

  constructor(keys: readonly GrantKey[]) {
    this.#keys = validateKeys(keys);
    const [first] = this.#keys;
    if (first === undefined) throw keysError('keys must be a non-empty array, [{ kid, secret }]');
    [this.kid, this.#signer] = first;
    // As long as a real key, because HMAC takes longer for a key of more than one block (RFC 2104 2).
    const { createSecretKey, randomBytes } = nodeCrypto();
    this.#decoyKey = createSecretKey(randomBytes(this.#signer.symmetricKeySize ?? MIN_BYTES));
  }

  sign(text: string): Buffer {
    return hmac(this.#signer, text);
  }

  /** Whether `signature` is that of `text` by the key `kid`. An unknown key takes as long as a known one. */
  verify(text: string, { kid, signature }: { readonly kid: string; readonly signature: Uint8Array }): boolean {
    const key = this.#keys.get(kid);
    const expected = hmac(key ?? this.#decoyKey, text);
    const isEqual = signature.length === expected.length && nodeCrypto().timingSafeEqual(signature, expected);
    return isEqual && key !== undefined;
  }
}

const MIN_BYTES = 32; // RFC 7518 3.2: no shorter than the hash

function hmac(key: KeyObject, text: string): Buffer {
  return nodeCrypto().createHmac('sha256', key).update(text).digest();
}

// No message contains any part of a key: if kid and secret are swapped, the secret must not be logged.
function validateKeys(keys: unknown): ReadonlyMap<string, KeyObject> {
  if (!Array.isArray(keys)) throw keysError(`keys must be an array of { kid, secret }; got ${kindOf(keys)}`);
  const { createSecretKey } = nodeCrypto();
  const checked = new Map<string, KeyObject>();
  for (const [at, key] of keys.entries()) {
    const [kid, secret] = isJsonObject(key) ? [ownField(key, 'kid'), ownField(key, 'secret')] : [];
    // An unknown field, such as `expires`, would be ignored.
    const unknown = isJsonObject(key) ? unknownOptionError(key, KEY_FIELDS) : undefined;
    if (unknown !== undefined) throw keysError(`keys[${at}]: ${unknown}`);
    if (!isKid(kid)) throw keysError(`keys[${at}]: kid must be a string of 1 to 128 characters`);
    if (checked.has(kid)) throw keysError(`keys[${at}]: kid must be unique; another key has the same`);
    checked.set(kid, createSecretKey(validateSecret(secret, at)));
  }
  return checked;
}

const KEY_FIELDS: OptionNames<GrantKey> = { kid: true, secret: true };

function isKid(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 128; // leaves room for the rest of a grant
}

function validateSecret(secret: unknown, at: number): Uint8Array {
  const bytes = typeof secret === 'string' ? decodeBase64url(secret) : secret;
  if (!(bytes instanceof Uint8Array)) {
    throw keysError(`keys[${at}]: secret must be a Buffer, or a base64url string without padding`);
  }
  if (bytes.length >= MIN_BYTES) return bytes;
  throw keysError(`keys[${at}]: secret must have at least ${MIN_BYTES} bytes; got ${bytes.length}`);
}

function keysError(what: string): GatekeeperError {
  return new GatekeeperError('ERR_GK_GRANTS', `grants: ${what}`);
}

/** Decodes base64url without padding (RFC 4648 5); `undefined` if `text` is not exactly the encoding of its bytes. */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  // Buffer skips unknown characters and drops unused bits, so only the string that it would write itself is accepted.
  return bytes.toString('base64url') === text ? bytes : undefined;
}
