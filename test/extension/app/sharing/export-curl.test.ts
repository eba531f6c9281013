import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cookieValue } from '../../../../extension/app/session/stored-overrides.ts';
import { curlCommand } from '../../../../extension/app/sharing/export-formats.ts';
import { awkwardSetup } from '../../../arbitraries/shared-setup.ts';

/** The arguments that a shell passes to curl for each command. */
function curlArguments(commands: readonly string[]): readonly (readonly string[])[] {
  const curl = `curl() { for argument; do printf '%s\\0' "$argument"; done; printf '\\0'; }`;
  const output = execFileSync('sh', ['-c', `${curl}\n${commands.join('\n')}`], { encoding: 'utf8' });
  return output
    .split('\0\0')
    .slice(0, -1)
    .map((one) => one.split('\0'));
}

test('the command names the cookie, its value and the page', () => {
  const overrides = new Map([['CHECKOUT', 'ONE_PAGE']]);

  expect(curlCommand({ href: 'https://shop.example/a?b=[1]#top', cookie: '__Host-gatekeeper', overrides })).toBe(
    "curl --globoff --cookie '__Host-gatekeeper=%7B%22CHECKOUT%22%3A%22ONE_PAGE%22%7D' 'https://shop.example/a?b=[1]'",
  );
});

test('for any URL and overrides, a shell runs curl once with exactly these arguments', () => {
  fc.assert(
    fc.property(fc.array(awkwardSetup, { minLength: 1, maxLength: 40 }), (setups) => {
      const expected = setups.map(({ href, cookie, overrides }) => {
        return ['--globoff', '--cookie', `${cookie}=${cookieValue(overrides)}`, href.replace(/#.*$/, '')];
      });

      expect(curlArguments(setups.map(curlCommand))).toEqual(expected);
    }),
    { numRuns: 25 },
  );
});
