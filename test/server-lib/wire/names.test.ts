import { describe, expect, test } from 'vitest';
import {
  isName,
  isOverrideCookieName,
  MANIFEST_PATH,
  NAME_GRAMMAR,
  OVERRIDE_COOKIE,
} from '../../../server-lib/wire/names.ts';

describe('as the name of a flag or a variant', () => {
  test.each(['A', '7', 'MY_NEW_FEATURE', 'on', 'checkout.v2', 'a-b', 'A_', 'constructor', 'N'.repeat(128)])(
    '%s is valid',
    (name) => {
      expect(isName(name)).toBe(true);
    },
  );

  test.each(['', '_A', '.A', '-A', '__proto__', 'A B', 'A\n', '\nA', 'A/B', 'Ä', 'A\u200b', 'N'.repeat(129)])(
    '%j is invalid',
    (name) => {
      expect(isName(name)).toBe(false);
    },
  );

  test.each([[undefined], [null], [7], [true], [['A']], [{ toString: () => 'A' }]])('%j is invalid', (value) => {
    expect(isName(value)).toBe(false);
  });

  test('exactly 65 ASCII characters may follow the first, which is a letter or a digit', () => {
    const characters = Array.from({ length: 0x250 }, (_, code) => String.fromCharCode(code));

    expect(characters.filter((one) => isName(`A${one}`)).length).toBe(65);
    expect(characters.filter((one) => isName(one)).length).toBe(62);
  });

  test('NAME_GRAMMAR describes the grammar in words', () => {
    expect(NAME_GRAMMAR).toBe('a letter or digit, then at most 127 letters, digits, "_", "." or "-"');
  });
});

describe('as the name of an override cookie', () => {
  test.each(['gatekeeper', '__Host-gatekeeper', '__Secure-gatekeeper', 'gatekeeper-qa', 'gatekeeper_2'])(
    '%s is valid',
    (name) => {
      expect(isOverrideCookieName(name)).toBe(true);
    },
  );

  test.each([
    '',
    'sessionid',
    'Gatekeeper',
    'xgatekeeper',
    '__host-gatekeeper',
    '__Host-__Secure-gatekeeper',
    '__Host-sid',
    'gatekeeper; Domain=x.example',
    'gatekeeper=x',
    'gatekeeper ',
    'gatekeeper\n',
    'gatekeeper.x',
    'gatekeeperé',
    '__Host-gatekeeper-grant',
    `gatekeeper${'x'.repeat(119)}`,
  ])('%j is invalid', (name) => {
    expect(isOverrideCookieName(name)).toBe(false);
  });

  test.each([[undefined], [null], [7], [['gatekeeper']]])('%j is invalid', (value) => {
    expect(isOverrideCookieName(value)).toBe(false);
  });
});

test('the well-known path and the cookie’s default name are those of the protocol', () => {
  expect(MANIFEST_PATH).toBe('/.well-known/gatekeeper.json');
  expect(OVERRIDE_COOKIE).toBe('gatekeeper');
});
