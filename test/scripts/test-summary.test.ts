import { expect, test } from 'vitest';
// @ts-expect-error plain JavaScript without types: it runs before anything is installed
import { summarise, summaryLine } from '../../scripts/lib/test-summary.mjs';

const FINE = { status: 'passed', assertionResults: [{ status: 'passed' }] };
const REPORT = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [FINE] };

test.each([
  // what happened                             report                                                exit  line
  ['every test passed', REPORT, 0, '3 passed, 0 failed'],
  ['a test failed', { ...REPORT, numPassedTests: 2, numFailedTests: 1 }, 1, '2 passed, 1 failed'],
  ['tests were skipped', { ...REPORT, numPendingTests: 1, numTodoTests: 1 }, 0, '3 passed, 0 failed, 2 skipped'],
  [
    'a file died before its tests',
    { ...REPORT, testResults: [FINE, { status: 'failed', assertionResults: [] }] },
    1,
    '3 passed, 1 failed',
  ],
  ['an error came from no test', REPORT, 1, '3 passed, 1 failed'],
  ['the run died before any test', undefined, 0, '0 passed, 1 failed'],
])('where %s, npm test says so', (_, report, exitCode, line) => {
  expect(summaryLine(summarise(report, exitCode))).toBe(line);
});
