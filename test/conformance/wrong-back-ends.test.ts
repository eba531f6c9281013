import { expect, onTestFinished, test } from 'vitest';
import { describeFixture, NAMES, runChecks } from '../../server-lib/cli/conform/run-checks.ts';
import { IS_DEEP } from '../helpers/vitest/depth.ts';
import { serveModel } from './model/serve-model.ts';
import { WRONG_COOKIES } from './wrong/cookies.ts';
import { WRONG_EVALUATIONS } from './wrong/evaluation.ts';
import { WRONG_GRANTS } from './wrong/grants.ts';
import { WRONG_MANIFESTS } from './wrong/manifest.ts';
import { WRONG_RESPONSES } from './wrong/responses.ts';
import { WRONG_SIMULATIONS } from './wrong/simulate.ts';

const WRONG_BACK_ENDS = [
  ...WRONG_COOKIES,
  ...WRONG_EVALUATIONS,
  ...WRONG_MANIFESTS,
  ...WRONG_RESPONSES,
  ...WRONG_GRANTS,
  ...WRONG_SIMULATIONS,
];

const LIMITS = { milliseconds: 120_000, bytes: 2_097_152 };

// These send most of the requests.
const isLong = (name: string): boolean =>
  /^(?:overrides\.cookie-|manifest\.overrides|grants\.(?:token|csrf)-)/.test(name);

/** The checks of the same capabilities; all checks in `npm run test:deep`. */
function related(fails: readonly string[]): readonly string[] {
  if (IS_DEEP) return NAMES;
  const capabilities = fails.map((name) => name.split('.', 1)[0]);
  const others = NAMES.filter((name) => name.includes('.') && !isLong(name));
  return [...fails, ...others.filter((name) => capabilities.includes(name.split('.', 1)[0]))];
}

/** The names of the checks that a model fails. */
async function failures(change: object, names: readonly string[]): Promise<readonly string[]> {
  const fixture = await serveModel(change);
  onTestFinished(fixture.stop);
  const description = await describeFixture(new URL(fixture.url), LIMITS);
  if ('problem' in description) throw new Error(description.problem);
  const results = await runChecks(description, { names, limits: LIMITS });
  return results.filter(({ verdict }) => verdict === 'failed').map(({ name }) => name);
}

test('every check fails for some wrong back end', () => {
  const failing = new Set(WRONG_BACK_ENDS.flatMap(({ fails }) => fails));

  expect(NAMES.filter((name) => name.includes('.') && !failing.has(name))).toEqual([]);
  expect(WRONG_BACK_ENDS.filter(({ fails }) => fails.length === 0)).toEqual([]);
});

test('the model that the wrong back ends change passes every check', async () => {
  expect(await failures({}, NAMES)).toEqual([]);
});

test.each(WRONG_BACK_ENDS)('a back end that $title fails exactly $fails', async ({ change, fails }) => {
  expect([...(await failures(change, related(fails)))].sort()).toEqual([...fails].sort());
});
