import { expect, test } from 'vitest';
import { keyBytes } from '../../../helpers/grants/key-bytes.ts';
import { changed, KEY, SECRET, thrownBy } from '../../../helpers/grants/refused-options.ts';

test.each([
  { keys: undefined, says: 'keys must be an array of { kid, secret }; got undefined' },
  { keys: null, says: 'keys must be an array' },
  { keys: KEY, says: 'keys must be an array' },
  { keys: SECRET, says: 'keys must be an array of { kid, secret }; got a string of ' },
  { keys: [], says: 'keys must be a non-empty array' },
  { keys: [undefined], says: 'keys[0]: kid must be a string of 1 to 128 characters' },
  { keys: [SECRET], says: 'keys[0]: kid must be a string' },
  { keys: [[SECRET]], says: 'keys[0]: kid must be a string' },
  { keys: [{ secret: SECRET }], says: 'keys[0]: kid must be a string' },
  { keys: [{ kid: '', secret: SECRET }], says: 'keys[0]: kid must be a string' },
  { keys: [{ kid: 7, secret: SECRET }], says: 'keys[0]: kid must be a string' },
  { keys: [{ kid: 'k'.repeat(129), secret: SECRET }], says: 'keys[0]: kid must be a string' },
  { keys: [KEY, { kid: '2026-11', secret: keyBytes(32) }], says: 'keys[1]: kid must be unique' },
  { keys: [{ kid: 'a' }], says: 'keys[0]: secret must be a Buffer, or a base64url string without padding' },
  { keys: [KEY, { kid: 'a', secret: null }], says: 'keys[1]: secret must be a Buffer' },
  { keys: [{ kid: 'a', secret: 7 }], says: 'secret must be a Buffer' },
  { keys: [{ kid: 'a', secret: [...keyBytes(32)] }], says: 'secret must be a Buffer' },
  {
    keys: [{ kid: 'a', secret: `${SECRET}=` }],
    says: 'secret must be a Buffer, or a base64url string without padding',
  },
  { keys: [{ kid: 'a', secret: ` ${SECRET}` }], says: 'secret must be a Buffer' },
  { keys: [{ kid: 'a', secret: `${SECRET.slice(0, -1)}N` }], says: 'secret must be a Buffer' }, // unused bits set
  { keys: [{ kid: 'a', secret: `+/${SECRET}` }], says: 'secret must be a Buffer' },
  { keys: [{ kid: 'a', secret: 'a passphrase is not 32 bytes of base64' }], says: 'secret must be a Buffer' },
  { keys: [{ kid: 'a', secret: '' }], says: 'secret must have at least 32 bytes; got 0' },
  { keys: [{ kid: 'a', secret: keyBytes(31) }], says: 'secret must have at least 32 bytes; got 31' },
  {
    keys: [{ kid: 'a', secret: keyBytes(31).toString('base64url') }],
    says: 'secret must have at least 32 bytes; got 31',
  },
])('keys that are %o are refused', ({ keys, says }) => {
  const error = thrownBy(changed({ keys }));

  expect(error.code).toBe('ERR_GK_GRANTS');
  expect(error.message).toContain(`grants: ${says.startsWith('secret') ? 'keys' : says}`);
  expect(error.message).toContain(says);
});

test.each([
  { keys: [{ kid: SECRET, secret: 'too-short' }] }, // swapped
  { keys: [{ kid: SECRET.repeat(4), secret: SECRET }] },
  { keys: [KEY, { kid: 'a', secret: `${SECRET}*` }] },
  {
    keys: [
      { kid: SECRET, secret: KEY.secret },
      { kid: SECRET, secret: KEY.secret },
    ],
  },
  { keys: `2026-11:${SECRET}` },
])('no message contains any part of a secret (%#)', (keys) => {
  expect(thrownBy(changed(keys)).message).not.toContain(SECRET.slice(0, 4));
});
