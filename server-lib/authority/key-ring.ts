import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import { GatekeeperError } from '../core/gatekeeper-error.ts';
import { type OptionNames, unknownOption } from '../core/read-options.ts';
import { isForeignObject, own } from '../wire/foreign-json.ts';
import { decodeBase64url } from './base64url.ts';

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
  readonly #nobodys: KeyObject;

  constructor(keys: readonly GrantKey[]) {
    this.#keys = checkedKeys(keys);
    const [first] = this.#keys;
    if (first === undefined) throw mistake('keys: name at least one, [{ kid, secret }]');
    [this.kid, this.#signer] = first;
    // As long as a real one: HMAC takes longer for a key of more than one block (RFC 2104 2).
    this.#nobodys = createSecretKey(randomBytes(this.#signer.symmetricKeySize ?? MIN_OCTETS));
  }

  sign(text: string): Buffer {
    return hmac(this.#signer, text);
  }

  /** Whether the key called `kid` gave `text` this signature; an unknown key takes as long as a known one. */
  verifies(text: string, { kid, signature }: { readonly kid: string; readonly signature: Uint8Array }): boolean {
    const key = this.#keys.get(kid);
    const expected = hmac(key ?? this.#nobodys, text);
    const isEqual = signature.length === expected.length && timingSafeEqual(signature, expected);
    return isEqual && key !== undefined;
  }
}

const MIN_OCTETS = 32; // RFC 7518 3.2: no shorter than the hash

function hmac(key: KeyObject, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

// No message shows anything of a key: who has swapped kid and secret must not read the secret in a log.
function checkedKeys(keys: unknown): ReadonlyMap<string, KeyObject> {
  if (!Array.isArray(keys)) throw mistake(`keys is a list of { kid, secret }, got ${typeof keys}`);
  const checked = new Map<string, KeyObject>();
  for (const [at, key] of keys.entries()) {
    const [kid, secret] = isForeignObject(key) ? [own(key, 'kid'), own(key, 'secret')] : [];
    // A misspelt or invented field, `expires`, would be ignored.
    const unknown = isForeignObject(key) ? unknownOption(key, KEY_FIELDS) : undefined;
    if (unknown !== undefined) throw mistake(`keys[${at}]: ${unknown}`);
    if (!isKid(kid)) throw mistake(`keys[${at}]: kid is a text of 1 to 128 characters`);
    if (checked.has(kid)) throw mistake(`keys[${at}]: its kid names another key already; give each its own`);
    checked.set(kid, createSecretKey(checkedSecret(secret, at)));
  }
  return checked;
}

const KEY_FIELDS: OptionNames<GrantKey> = { kid: true, secret: true };

function isKid(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 128; // a grant has to have room for the rest
}

function checkedSecret(secret: unknown, at: number): Uint8Array {
  const octets = typeof secret === 'string' ? decodeBase64url(secret) : secret;
  if (!(octets instanceof Uint8Array)) {
    throw mistake(`keys[${at}]: secret is a Buffer, or text in base64url without padding`);
  }
  if (octets.length >= MIN_OCTETS) return octets;
  throw mistake(`keys[${at}]: secret has ${octets.length} octets; ${MIN_OCTETS} are the least`);
}

function mistake(what: string): GatekeeperError {
  return new GatekeeperError('ERR_GK_GRANTS', `grants: ${what}`);
}
