// biome-ignore lint/suspicious/noTsIgnore: the directive has to hold both with and without the types
/** @ts-ignore: optional; a project without Playwright sees `any` in place of its types */
import {
  type Expect,
  type ExpectMatcherState,
  expect as expectOfPlaywright,
  type MatcherReturnType,
  type PlaywrightTestArgs,
  type PlaywrightTestOptions,
  type PlaywrightWorkerArgs,
  type PlaywrightWorkerOptions,
  type TestType,
  test as testOfPlaywright,
} from '@playwright/test';
import { GatekeeperError } from './core/errors.ts';
import { didYouMean, kindOf } from './core/values.ts';
import type { FlagDefinitions, OverridesOf, RegisteredFlags } from './index.ts';
import { overrideCookie } from './testing.ts';
import { readServerTiming } from './wire/server-timing.ts';
import { describeUse } from './wire/used-flags.ts';

/** The options that `test` adds, for `test.use()` and for `use` in the configuration. */
export interface FlagOptions {
  /** The overrides of the browser: `test.use({ flags: { CHECKOUT: 'ONE_PAGE' } })`. */
  readonly flags: OverridesOf<RegisteredFlags>;
  /** The flags of the server, so that a flag or a variant that does not exist fails the test. */
  readonly flagDefinitions: FlagDefinitions | undefined;
  /** The name of the override cookie, if it is not `gatekeeper`: the `cookie.name` of the server's manifest. */
  readonly overrideCookieName: string | undefined;
}

/** The matcher that `expect` adds. */
export interface FlagMatchers {
  /** Whether the server has evaluated `flag` to `variant` for this response, according to its `Server-Timing` header. */
  toHaveUsed(this: ExpectMatcherState, response: unknown, flag: string, variant: string): MatcherReturnType;
}

/** Playwright's `test` with `FlagOptions`. `page` and `context` have the override cookie for `baseURL`. */
export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & FlagOptions,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions
> = testOfPlaywright.extend<FlagOptions>({
  flags: [{}, { option: true }],
  flagDefinitions: [undefined, { option: true }],
  overrideCookieName: [undefined, { option: true }],
  context: async ({ context, baseURL, flags, flagDefinitions, overrideCookieName }, use) => {
    if (Object.keys(flags).length > 0) {
      const { name, value } = overrideCookie(flags, {
        ...(flagDefinitions === undefined ? {} : { flags: flagDefinitions }),
        ...(overrideCookieName === undefined ? {} : { name: overrideCookieName }),
      });
      // With `domain`, subdomains would get the cookie too, but the extension's is for one host (docs/protocol.md section 1).
      await context.addCookies([{ name, value, url: siteOf(baseURL), sameSite: 'Lax' }]);
    }
    await use(context);
  },
});

/** Playwright's `expect` with `FlagMatchers`. */
export const expect: Expect<FlagMatchers> = expectOfPlaywright.extend({
  toHaveUsed(response: unknown, flag: string, variant: string): MatcherReturnType {
    const problem = usageProblem(response, flag, variant);
    return {
      name: 'toHaveUsed',
      pass: problem === undefined,
      message: () => problem ?? `Expected the server not to use ${flag} ${variant}; it did`,
    };
  },
});

/** The URL for a cookie with the path `/`: Playwright takes the path from the URL. */
function siteOf(baseURL: string | undefined): string {
  if (baseURL !== undefined) return new URL('/', baseURL).href;
  const what = 'test.use({ flags }) needs the address of the site';
  throw new GatekeeperError('ERR_GK_OPTIONS', `${what}; set use: { baseURL } in playwright.config`);
}

/** Why a response does not show that the server has used this variant; `undefined` if it does. */
function usageProblem(response: unknown, flag: string, variant: string): string | undefined {
  const expected = `Expected the server to use ${flag} ${variant}`;
  const headers = headersOf(response);
  if (headers === undefined) {
    return `${expected}; got ${kindOf(response)} instead of a response of page.goto() or page.request`;
  }
  const { flags, more } = readServerTiming(headers['server-timing']);
  const used = flags.find((one) => one.flag === flag);
  if (used?.variant === variant) return undefined;
  if (used !== undefined) return `${expected}; it used ${flag} ${describeUse(used)}`;
  if (flags.length === 0 && more === 0) return `${expected}; ${SILENT}`;
  const others = flags.map((one) => `${one.flag} ${describeUse(one)}`).join(', ');
  const count = more === 0 ? '' : ` and ${more} more, which its header has no room for`;
  return `${expected}; it used ${others}${count}${didYouMean(
    flag,
    flags.map((one) => one.flag),
  )}`;
}

const SILENT =
  'its response names no flag. A server names the flags that it evaluated in development (NODE_ENV development or test), ' +
  'and if the request may override and has the override cookie';

function headersOf(response: unknown): Readonly<Record<string, string>> | undefined {
  const { headers } = (response ?? {}) as { readonly headers?: unknown };
  return typeof headers === 'function' ? headers.call(response) : undefined;
}
