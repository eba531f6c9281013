import { expect, test } from 'vitest';
import { serializeOverrideCookie } from '../../../server-lib/wire/override-cookie.ts';

test.each([
  // options                                                       string
  [{ name: 'gatekeeper', secure: false }, 'gatekeeper=%7B%7D; Path=/; Max-Age=604800; SameSite=Lax'],
  [{ name: 'gatekeeper', secure: true }, 'gatekeeper=%7B%7D; Path=/; Max-Age=604800; SameSite=Lax; Secure'],
  [{ name: 'gatekeeper', secure: false, maxAge: 60 }, 'gatekeeper=%7B%7D; Path=/; Max-Age=60; SameSite=Lax'],
  [
    { name: '__Host-gatekeeper', secure: false },
    '__Host-gatekeeper=%7B%7D; Path=/; Max-Age=604800; SameSite=Lax; Secure',
  ],
  [
    { name: '__Secure-gatekeeper', secure: false },
    '__Secure-gatekeeper=%7B%7D; Path=/; Max-Age=604800; SameSite=Lax; Secure',
  ],
  [{ name: 'gatekeeper-qa', secure: false }, 'gatekeeper-qa=%7B%7D; Path=/; Max-Age=604800; SameSite=Lax'],
])('%j is stored as %s', (storage, text) => {
  expect(serializeOverrideCookie('%7B%7D', storage)).toBe(text);
});

test.each([
  [{ name: 'gatekeeper', secure: false }, 'gatekeeper=; Path=/; Max-Age=0; SameSite=Lax'],
  [{ name: 'gatekeeper', secure: true, maxAge: 60 }, 'gatekeeper=; Path=/; Max-Age=0; SameSite=Lax; Secure'],
])('the empty value deletes the cookie of %j', (storage, text) => {
  expect(serializeOverrideCookie('', storage)).toBe(text);
});

test('the cookie is for this host only and readable by scripts', () => {
  const text = serializeOverrideCookie('%7B%7D', { name: '__Host-gatekeeper', secure: true });

  expect(text).not.toMatch(/domain|httponly|partitioned|expires/i);
});
