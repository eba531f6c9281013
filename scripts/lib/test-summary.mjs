/** The summary of a run that ended before any test. */
export const FAILED_RUN = { passed: 0, failed: 1, skipped: 0 };

/** The summary of a run from vitest's JSON report; without a report, the run ended before any test. */
export function summarise(report, exitCode) {
  if (!report) return FAILED_RUN;
  const passed = report.numPassedTests;
  const skipped = report.numPendingTests + report.numTodoTests;
  const failed = report.numFailedTests + report.testResults.filter(failedBeforeItsTests).length;
  // An error outside any test (an unhandled rejection, no test found) fails the run without failing a test.
  return { passed, failed: failed === 0 && exitCode !== 0 ? 1 : failed, skipped };
}

/** The sum of several summaries. */
export function sumOf(summaries) {
  const sum = (field) => summaries.reduce((total, summary) => total + summary[field], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/** The last line of `npm test`. */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

const failedBeforeItsTests = (file) =>
  file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed');
