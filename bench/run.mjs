// `npm run bench`: runs every part in turn; `-- decisions express` picks some. Prints the tables and writes them to RESULTS.md.

import { decisionsReport } from './decisions/report.mjs';
import { expressReport } from './express/report.mjs';
import { writeSection } from './report/results.mjs';
import { requestsReport } from './requests/report.mjs';
import { startReport } from './start/report.mjs';

const REPORTS = { requests: requestsReport, start: startReport, decisions: decisionsReport, express: expressReport };

const asked = process.argv.slice(2);
const unknown = asked.find((name) => REPORTS[name] === undefined);
if (unknown !== undefined) {
  console.error(`bench: expected ${Object.keys(REPORTS).join(', ')}, got ${unknown}`);
  process.exit(2);
}
const started = Date.now();
for (const name of asked.length > 0 ? asked : Object.keys(REPORTS)) {
  const text = await REPORTS[name]((line) =>
    console.log(`bench: ${Math.round((Date.now() - started) / 1_000)} s, ${line}`),
  );
  console.log(`\n${text}\n`);
  writeSection(name, text);
}
