import { expect, test } from 'vitest';
// @ts-expect-error plain JavaScript without types: it runs before anything is installed
import { timesTable } from '../../scripts/lib/project-times.mjs';
// @ts-expect-error plain JavaScript without types: it runs before anything is installed
import { summarise, summaryLine, sumOf } from '../../scripts/lib/test-summary.mjs';

const FINE = { status: 'passed', assertionResults: [{ status: 'passed' }] };
const REPORT = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [FINE] };

test.each([
  // case                                      report                                                exit  line
  ['every test passed', REPORT, 0, '3 passed, 0 failed'],
  ['a test failed', { ...REPORT, numPassedTests: 2, numFailedTests: 1 }, 1, '2 passed, 1 failed'],
  ['tests were skipped', { ...REPORT, numPendingTests: 1, numTodoTests: 1 }, 0, '3 passed, 0 failed, 2 skipped'],
  [
    'a file failed before its tests',
    { ...REPORT, testResults: [FINE, { status: 'failed', assertionResults: [] }] },
    1,
    '3 passed, 1 failed',
  ],
  ['an error happened outside the tests', REPORT, 1, '3 passed, 1 failed'],
  ['the run failed before any test', undefined, 0, '0 passed, 1 failed'],
])('if %s, the summary says so', (_, report, exitCode, line) => {
  expect(summaryLine(summarise(report, exitCode))).toBe(line);
});

test('the summary of several runs is one line', () => {
  const runs = [summarise(REPORT, 0), summarise(undefined, 1), summarise({ ...REPORT, numPendingTests: 2 }, 0)];

  expect(summaryLine(sumOf(runs))).toBe('6 passed, 1 failed, 2 skipped');
});

test('the table has a line for each project with the seconds of its files, the slowest project first', () => {
  const files = [
    { project: 'unit', milliseconds: 1_250 },
    { project: 'chromium', milliseconds: 61_000 },
    { project: 'unit', milliseconds: 250 },
  ];

  expect(timesTable(files)).toBe('chromium      61.0 s in 1 file\nunit           1.5 s in 2 files');
});
