// `npm run bench`: runs every part in turn; `-- decisions hosts` picks some. Prints the tables, writes them to RESULTS.md and
// draws the charts. `-- charts` only draws them.

import { decisionsReport } from './decisions/report.mjs';
import { hostsReport } from './hosts/report.mjs';
import { writeCharts } from './report/charts.mjs';
import { writeSection } from './report/results.mjs';
import { requestsReport } from './requests/report.mjs';
import { startReport } from './start/report.mjs';

const REPORTS = { requests: requestsReport, start: startReport, decisions: decisionsReport, hosts: hostsReport };

const asked = process.argv.slice(2);
const unknown = asked.find((name) => REPORTS[name] === undefined && name !== 'charts');
if (unknown !== undefined) {
  console.error(`bench: expected ${Object.keys(REPORTS).join(', ')} or charts; got ${unknown}`);
  process.exit(2);
}
const started = Date.now();
const parts = asked.length > 0 ? asked.filter((name) => name !== 'charts') : Object.keys(REPORTS);
for (const name of parts) {
  const text = await REPORTS[name]((line) =>
    console.log(`bench: ${Math.round((Date.now() - started) / 1_000)} s, ${line}`),
  );
  console.log(`\n${text}\n`);
  writeSection(name, text);
}
writeCharts();
