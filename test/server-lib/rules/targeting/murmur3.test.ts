import fc from 'fast-check';
import murmurhash from 'murmurhash';
import { expect, test } from 'vitest';
import { HashedPrefix } from '../../../../server-lib/rules/targeting/murmur3.ts';

test.each([
  // text                                            hash (MurmurHash3_x86_32, seed 0)
  ['', 0],
  ['abc', 0xb3dd93fa],
  ['hello', 0x248bfa47],
  ['Hello, world!', 0xc0363e43],
  ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
])('the hash of the published vector %j is %i', (text, hash) => {
  expect(new HashedPrefix('').hashWith(text)).toBe(hash);
});

test.each(['ä', 'ß1', '€', '日本語', '👩‍💻', 'Zoë@exämple.com', 'Ω≈ç√∫', '\u{10FFFF}'])(
  'the hash of %j is that of its UTF-8 bytes',
  (text) => {
    expect(new HashedPrefix('NEW_CHECKOUT').hashWith(text)).toBe(
      murmurhash.v3(new TextEncoder().encode(`NEW_CHECKOUT${text}`)),
    );
  },
);

test('the hash does not depend on where the prefix ends, even within a character', () => {
  // ASCII, two and three bytes, both halves of a pair, alone or together.
  const unit = fc.constantFrom(
    0x00,
    0x41,
    0x7f,
    0x80,
    0xe4,
    0x7ff,
    0x800,
    0x20ac,
    0xffff,
    0xd83d,
    0xdc69,
    0xd800,
    0xdfff,
  );
  const text = fc.array(unit, { maxLength: 20 }).map((units) => String.fromCharCode(...units));
  const check = fc.property(text, fc.nat(), (whole, cut) => {
    const at = cut % (whole.length + 1);

    const hash = new HashedPrefix(whole.slice(0, at)).hashWith(whole.slice(at));

    expect(hash).toBe(murmurhash.v3(new TextEncoder().encode(whole)));
  });

  fc.assert(check, { numRuns: 1_000 });
});
