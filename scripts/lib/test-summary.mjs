/** What a run came to that died before any test. */
export const DIED = { passed: 0, failed: 1, skipped: 0 };

/** What a run of the tests came to, from vitest's JSON report; no report means that the run died before any test. */
export function summarise(report, exitCode) {
  if (!report) return DIED;
  const passed = report.numPassedTests;
  const skipped = report.numPendingTests + report.numTodoTests;
  const failed = report.numFailedTests + report.testResults.filter(diedBeforeItsTests).length;
  // An error outside any test (an unhandled rejection, no test found) fails the run without failing a test.
  return { passed, failed: failed === 0 && exitCode !== 0 ? 1 : failed, skipped };
}

/** What several runs came to together. */
export function together(summaries) {
  const sum = (field) => summaries.reduce((total, summary) => total + summary[field], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/** The line that ends `npm test`. */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

const diedBeforeItsTests = (file) =>
  file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed');
