import { RULE_CHECKS, USER_CHECKS, VALUE_CHECKS } from './evaluation-checks.ts';
import { ExchangeError, type Limits } from './exchange.ts';
import { CAPABILITIES, type Capability, type Description, display, readDescription } from './fixture.ts';
import { GRANT_CHECKS } from './grant-checks.ts';
import { MANIFEST_CHECKS } from './manifest-checks.ts';
import { OVERRIDE_CHECKS } from './override-checks.ts';
import { ACKNOWLEDGE_CHECKS, CACHE_CHECKS } from './response-checks.ts';
import { SIMULATE_CHECKS } from './simulate-checks.ts';
import { type Check, CheckFailure, Site, Sites } from './site.ts';

const CHECKS: Readonly<Record<Capability, readonly Check[]>> = {
  overrides: OVERRIDE_CHECKS,
  users: USER_CHECKS,
  rules: RULE_CHECKS,
  values: VALUE_CHECKS,
  manifest: MANIFEST_CHECKS,
  acknowledge: ACKNOWLEDGE_CHECKS,
  caches: CACHE_CHECKS,
  grants: GRANT_CHECKS,
  simulate: SIMULATE_CHECKS,
};

/** The names that a run can be limited to: of capabilities and of checks. */
export const NAMES: readonly string[] = CAPABILITIES.flatMap((name) => [
  name,
  ...CHECKS[name].map((check) => check.name),
]);

/** The result of one check. All strings are safe to print. */
export type Result = { readonly name: string; readonly promise: string; readonly section: string } & (
  | { readonly verdict: 'passed' }
  | { readonly verdict: 'not-possible'; readonly reason: string }
  | {
      readonly verdict: 'failed';
      readonly what: string;
      readonly expected: string;
      readonly got: string;
      /** The `curl` command of the request. */
      readonly request?: string;
    }
);

/** Called before each check, with its place among those that run. */
export type Progress = (check: { readonly capability: Capability; readonly at: number; readonly of: number }) => void;

/** Runs checks against a fixture, one after another: all, or those of `names`. */
export async function runChecks(
  description: Description,
  {
    names = CAPABILITIES,
    limits,
    onProgress = () => {},
  }: { readonly names?: readonly string[]; readonly limits: Limits; readonly onProgress?: Progress },
): Promise<readonly Result[]> {
  const sites = new Sites(description, limits);
  const selected = CAPABILITIES.map((capability) => {
    const checks = CHECKS[capability].filter(({ name }) => names.includes(capability) || names.includes(name));
    return { capability, checks };
  });
  const of = selected.reduce((sum, { checks }) => sum + checks.length, 0);
  const results: Result[] = [];
  let timeouts = 0;
  for (const { capability, checks } of selected) {
    for (const check of checks) {
      onProgress({ capability, at: results.length + 1, of });
      const { result, timedOut } = await runCheck(check, sites, { description, hasGivenUp: timeouts >= MAX_TIMEOUTS });
      if (timedOut) timeouts += 1;
      results.push(result);
    }
  }
  sites.close();
  return results;
}

/** Asks a fixture for its description, or says why there is none. */
export async function describeFixture(url: URL, limits: Limits): Promise<Description | { readonly problem: string }> {
  const site = new Site(url, limits);
  try {
    const answer = await site.ask('/conformance');
    if (answer.status !== 200) return { problem: `it responded with the status ${answer.status}` };
    return readDescription(answer.text, url);
  } catch (error) {
    if (error instanceof ExchangeError) return { problem: error.message };
    throw error;
  } finally {
    site.close();
  }
}

// A back end that has stopped to respond must not keep the command busy for minutes.
const MAX_TIMEOUTS = 3;

async function runCheck(
  check: Check,
  sites: Sites,
  { description, hasGivenUp }: { readonly description: Description; readonly hasGivenUp: boolean },
): Promise<{ readonly result: Result; readonly timedOut: boolean }> {
  const { name, promise, section } = check;
  const head = { name, promise, section };
  const failed = (what: string, expected: unknown, got: unknown, request: string | undefined): Result => ({
    ...head,
    verdict: 'failed',
    what,
    expected: display(expected),
    got: display(got),
    ...(request !== undefined && { request: display(request, 20_000) }),
  });
  const reason = reasonAgainst(check, description);
  if (reason !== undefined) return { result: { ...head, verdict: 'not-possible', reason }, timedOut: false };
  const capability = name.slice(0, name.indexOf('.'));
  if (!description.capabilities.has(capability)) {
    const expected = `"capabilities.${capability}": true, or the reason why it is not possible there`;
    return { result: failed('the fixture names the capability', expected, undefined, undefined), timedOut: false };
  }
  if (hasGivenUp) {
    const got = `${MAX_TIMEOUTS} requests without a complete response; this check did not run`;
    return { result: failed('the back end responds', 'responses', got, undefined), timedOut: false };
  }
  try {
    await check.run(sites);
    return { result: { ...head, verdict: 'passed' }, timedOut: false };
  } catch (error) {
    if (error instanceof CheckFailure) {
      return { result: failed(error.message, error.expected, error.got, error.request), timedOut: false };
    }
    if (!(error instanceof ExchangeError)) throw error;
    const result = failed('the request has a response', 'a complete HTTP response', error.message, sites.lastRequest());
    return { result, timedOut: error.isTimeout };
  }
}

/** Why a check is not possible there, according to the fixture. */
function reasonAgainst({ name, needs = [] }: Check, { capabilities }: Description): string | undefined {
  for (const one of [name, ...needs]) {
    for (const key of [one.split('.', 1)[0] ?? '', one]) {
      const declared = capabilities.get(key);
      if (typeof declared === 'string') return display(one === name ? declared : `needs ${key}: ${declared}`);
    }
  }
  return undefined;
}
