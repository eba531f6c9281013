import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLoopback, parseSiteOrigin, parseSitePath } from '../../../../extension/app/settings/site-urls.ts';

test.each([
  // typed                               origin
  ['https://shop.example', 'https://shop.example'],
  ['https://shop.example/lamps?page=2#top', 'https://shop.example'],
  ['HTTP://Shop.Example:80/', 'http://shop.example'],
  ['  shop.example ', 'https://shop.example'],
  ['shop.example:8443', 'https://shop.example:8443'],
  ['localhost:3000', 'http://localhost:3000'],
  ['shop.localhost', 'http://shop.localhost'],
  ['localhosts.example', 'https://localhosts.example'],
  ['127.0.0.1:8080/x', 'http://127.0.0.1:8080'],
  ['[::1]:8080', 'http://[::1]:8080'],
  ['münchen.example', 'https://xn--mnchen-3ya.example'],
  ['', undefined],
  ['two words.example', undefined],
  ['ftp://shop.example', undefined],
  ['chrome://extensions', undefined],
  ['javascript:alert(1)', undefined],
  ['https://ada:secret@shop.example', undefined],
  ['https://', undefined],
])('the input %j is parsed as the site %j', (typed, origin) => {
  expect(parseSiteOrigin(typed)).toBe(origin);
});

test.each([
  // typed                               path
  ['/flags.json', '/flags.json'],
  [' /flags.json?v=1#top ', '/flags.json?v=1'],
  ['/a/../flags.json', '/flags.json'],
  ['/', '/'],
  ['flags.json', undefined],
  ['', undefined],
  ['//other.example/flags.json', undefined],
  ['/\\other.example/flags.json', undefined],
  ['/.//other.example/flags.json', undefined],
  ['https://shop.example/flags.json', undefined],
  [`/${'a'.repeat(2_048)}`, undefined],
])('the input %j is parsed as the path %j', (typed, path) => {
  expect(parseSitePath(typed)).toBe(path);
});

test('no input gives a path that resolves to another site', () => {
  const tricky = fc.string({ unit: fc.constantFrom('/', '\\', '.', ':', '@', '?', '#', '\t', '\n', '%2f', 'a', 'é') });
  fc.assert(
    fc.property(fc.oneof(tricky, fc.webUrl(), fc.string()), (text) => {
      const path = parseSitePath(`/${text}`);

      if (path === undefined) return;
      expect(new URL(path, 'https://shop.example').origin).toBe('https://shop.example');
      expect(parseSitePath(path)).toBe(path);
    }),
  );
});

test('a parsed origin is parsed again unchanged', () => {
  fc.assert(
    fc.property(fc.oneof(fc.webUrl(), fc.string()), (text) => {
      const origin = parseSiteOrigin(text);

      if (origin !== undefined) expect(parseSiteOrigin(origin)).toBe(origin);
    }),
  );
});

test.each([
  // URL                          its host is this computer
  ['http://localhost:3000/', true],
  ['http://localhost./', true],
  ['https://shop.localhost/', true],
  ['http://127.0.0.1:8080/', true],
  ['http://127.1/', true],
  ['http://0.0.0.0:3000/', true],
  ['http://[::1]:3000/', true],
  ['http://[::]/', true],
  ['http://192.168.1.7:3000/', false],
  ['http://127.shop.example/', false],
  ['https://localhost.example/', false],
  ['https://notlocalhost/', false],
  ['http://[fe80::1]/', false],
  ['http://ada-laptop.local/', false],
])('the host of %s is this computer itself: %j', (url, expected) => {
  expect(isLoopback(new URL(url).hostname)).toBe(expected);
});
