import { describe, expect, test } from 'vitest';
import { findCookie } from '../../../server-lib/wire/cookie-header.ts';

describe('findCookie', () => {
  test.each([
    // header                              name           value
    ['gatekeeper=x', 'gatekeeper', 'x'],
    ['a=1; gatekeeper=x; b=2', 'gatekeeper', 'x'],
    ['a=1;gatekeeper=x;b=2', 'gatekeeper', 'x'],
    ['a=1;\tgatekeeper \t= \t x y \t ;b=2', 'gatekeeper', 'x y'],
    ['gatekeeper=first; gatekeeper=second', 'gatekeeper', 'first'],
    ['gatekeeper=a=b==', 'gatekeeper', 'a=b=='],
    ['gatekeeper="x"', 'gatekeeper', '"x"'],
    ['gatekeeper=%78', 'gatekeeper', '%78'],
    ['gatekeeper=', 'gatekeeper', ''],
    ['gatekeeper= \t ', 'gatekeeper', ''],
    ['gatekeeper=; a=1', 'gatekeeper', ''],
    ['gatekeeper=  ; a=1', 'gatekeeper', ''],
    ['gatekeeper; gatekeeper=x', 'gatekeeper', 'x'],
    ['gatekeeper gatekeeper=x; gatekeeper=y', 'gatekeeper', 'y'],
    ['xgatekeeper=x; gatekeeperx=y; gatekeeper=z', 'gatekeeper', 'z'],
    ['a=gatekeeper=x; gatekeeper=y', 'gatekeeper', 'y'],
    ['gatekeeper=x\xa0', 'gatekeeper', 'x\xa0'],
    ['gatekeeper=x\n', 'gatekeeper', 'x\n'],
    ['__Host-gatekeeper=x', '__Host-gatekeeper', 'x'],
    ['gatekeeper=x; __Host-gatekeeper=y', '__Host-gatekeeper', 'y'],
    ['aa=1', 'a', undefined],
    ['aa=1; a=2', 'a', '2'],
    ['', 'gatekeeper', undefined],
    ['gatekeeper', 'gatekeeper', undefined],
    ['gatekeeper;', 'gatekeeper', undefined],
    ['Gatekeeper=x', 'gatekeeper', undefined],
    ['=gatekeeper=x', 'gatekeeper', undefined],
    ['a=1, gatekeeper=x', 'gatekeeper', undefined],
    ['\xa0gatekeeper=x', 'gatekeeper', undefined],
    ['\u2000gatekeeper=x', 'gatekeeper', undefined],
    ['\ngatekeeper=x', 'gatekeeper', undefined],
    ['gatekeeper\xa0=x', 'gatekeeper', undefined],
    ['__Host-gatekeeper=x', 'gatekeeper', undefined],
    ['gatekeeper=x', '__Host-gatekeeper', undefined],
  ])('in %j the cookie %s is %j', (header, name, value) => {
    expect(findCookie(header, name)).toBe(value);
  });

  // A careless search reads blanks, names and separators again and again.
  test.each([
    ['blanks before the name', (n: number) => `${' '.repeat(n)}gatekeeper=x`],
    ['blanks after the name', (n: number) => `gatekeeper${'\t'.repeat(n)}`],
    ['blanks before the value', (n: number) => `gatekeeper=${' '.repeat(n)}x`],
    ['blanks after the value', (n: number) => `gatekeeper=x${' '.repeat(n)};a=1`],
    ['the name again and again', (n: number) => 'gatekeeper'.repeat(n)],
    ['the name and a blank', (n: number) => 'gatekeeper '.repeat(n)],
    ['the name and ten blanks', (n: number) => `gatekeeper${' '.repeat(10)}`.repeat(n)],
    ['the name and a semicolon', (n: number) => 'gatekeeper;'.repeat(n)],
    ['the name, blanks and a semicolon', (n: number) => 'gatekeeper    ;    '.repeat(n)],
    ['an equals sign and the name', (n: number) => '=gatekeeper'.repeat(n)],
    ['tiny cookies', (n: number) => `${'a=1; '.repeat(n)}gatekeeper=x`],
    ['semicolons', (n: number) => ';'.repeat(n)],
  ])('ten times the header costs at most ten times the steps: %s', (_title, header) => {
    const small = steps(header(200));
    const large = steps(header(2_000));

    expect(small).toBeGreaterThan(0);
    expect(large).toBeLessThanOrEqual(11 * small + 200);
    expect(large).toBeLessThanOrEqual(5 * header(2_000).length);
  });
});

/** How many characters of `header` are read to find the override cookie. */
function steps(header: string): number {
  let count = 0;
  const counting = {
    length: header.length,
    charCodeAt(at: number) {
      count += 1;
      return header.charCodeAt(at);
    },
    indexOf(part: string, from = 0) {
      const found = header.indexOf(part, from);
      count += (found === -1 ? header.length : found) - from + 1;
      return found;
    },
    slice: (from: number, to: number) => header.slice(from, to),
  };
  findCookie(counting as unknown as string, 'gatekeeper');
  return count;
}
