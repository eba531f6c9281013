import vm from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cookieValue } from '../../../../extension/app/session/stored-overrides.ts';
import { cypressLines, playwrightLines } from '../../../../extension/app/sharing/export-formats.ts';
import { awkwardSetup } from '../../../arbitraries/shared-setup.ts';

type Call = readonly [name: string, ...args: unknown[]];

/** Runs the lines against test tools that only record the calls. */
async function calls(lines: string): Promise<readonly Call[]> {
  const made: Call[] = [];
  const record =
    (name: string) =>
    (...args: unknown[]) =>
      void made.push([name, ...structuredClone(args)]);
  const page = { context: () => ({ addCookies: record('addCookies') }), goto: record('goto') };
  const cy = { setCookie: record('setCookie'), visit: record('visit') };
  await vm.runInNewContext(`(async () => {\n${lines}})()`, { page, cy });
  return made;
}

test.each([
  // page                       cookie               secure
  ['https://shop.example/cart', 'gatekeeper', true],
  ['http://localhost:3000/', 'gatekeeper', false],
  ['http://localhost:3000/', '__Host-gatekeeper', true],
])('on %s the cookie %s is set as in the popup, with secure: %s', async (href, cookie, secure) => {
  const setup = { href, cookie, overrides: new Map([['A', 'ON']]) };
  const { hostname: domain } = new URL(href);
  const value = '%7B%22A%22%3A%22ON%22%7D';

  expect(await calls(playwrightLines(setup))).toEqual([
    ['addCookies', [{ name: cookie, value, domain, path: '/', secure, sameSite: 'Lax' }]],
    ['goto', href],
  ]);
  expect(await calls(cypressLines(setup))).toEqual([
    ['setCookie', cookie, value, { domain, hostOnly: true, path: '/', secure, sameSite: 'lax' }],
    ['visit', href],
  ]);
});

test('for any URL and overrides, the lines are a program that makes exactly these calls', async () => {
  await fc.assert(
    fc.asyncProperty(awkwardSetup, async (setup) => {
      const href = setup.href.replace(/#.*$/, '');
      const cookie = { name: setup.cookie, value: cookieValue(setup.overrides) };

      expect(await calls(playwrightLines(setup))).toEqual([
        ['addCookies', [expect.objectContaining(cookie)]],
        ['goto', href],
      ]);
      expect(await calls(cypressLines(setup))).toEqual([
        ['setCookie', cookie.name, cookie.value, expect.anything()],
        ['visit', href],
      ]);
    }),
  );
});
