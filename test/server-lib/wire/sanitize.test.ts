import { expect, test } from 'vitest';
import { sanitize } from '../../../server-lib/wire/sanitize.ts';

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const UNSAFE = [
  ...range(0x00, 0x1f),
  ...range(0x7f, 0x9f),
  0x061c, // ARABIC LETTER MARK
  0x200e,
  0x200f,
  0x2028,
  0x2029,
  ...range(0x202a, 0x202e),
  ...range(0x2066, 0x2069),
  0xfeff,
  0xd800,
  0xdfff,
];

test.each(UNSAFE.map((code) => code.toString(16).padStart(4, '0')))('U+%s is escaped', (hex) => {
  const text = sanitize(`a${String.fromCharCode(Number.parseInt(hex, 16))}b`);

  expect(text).toMatch(/^a\\(?:n|r|t|u[\da-f]{4})b$/);
});

test.each([
  // text,                  printed
  ['two\r\nlines\there', 'two\\r\\nlines\\there'],
  ['\u001b[31mred', '\\u001b[31mred'],
  ['admin\u202Etxt.exe', 'admin\\u202etxt.exe'],
  ['hidden \u{E0041} tag', 'hidden \\udb40\\udc41 tag'],
  ['C:\\new "file"', 'C:\\new "file"'],
  ['Überschrift 日本語 👩‍👩‍👧 می‌خواهم', 'Überschrift 日本語 👩‍👩‍👧 می‌خواهم'],
  ['', ''],
])('%j is printed as %j', (text, printed) => {
  expect(sanitize(text)).toBe(printed);
});

test('a sanitized string stays the same', () => {
  const once = sanitize('\u202Ea\nb\u0000');

  expect(sanitize(once)).toBe(once);
});

test.each([
  // text,          limit, printed
  ['abcdef', 6, 'abcdef'],
  ['abcdefg', 6, 'abcde…'],
  ['abcd\u0000', 6, 'abcd…'],
  ['abcd\nef', 6, 'abcd…'],
  ['abcd👩👩', 6, 'abcd…'],
])('%j within %i characters is printed as %j', (text, limit, printed) => {
  expect(sanitize(text, limit)).toBe(printed);
});

test('a string of eight megabytes is cut at two thousand characters', () => {
  expect(sanitize('\u0000'.repeat(8_000_000))).toHaveLength(1 + 6 * Math.floor(1_999 / 6));
});
