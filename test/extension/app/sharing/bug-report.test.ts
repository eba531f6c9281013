import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BugReportInput, bugReport } from '../../../../extension/app/sharing/export-formats.ts';
import { readyState } from '../../ui/popup/states.ts';

const record: BugReportInput['record'] = {
  href: 'https://ada:secret@shop.example/cart?token=4711#top',
  loadedAt: Date.UTC(2026, 10, 22, 20),
  delivery: 'network',
  document: { flags: [{ flag: 'CHECKOUT', variant: 'ONE_PAGE', source: 'override' }], more: 7 },
  requests: [
    {
      url: 'https://shop.example/api',
      evaluations: {
        flags: [
          { flag: 'CHECKOUT', variant: 'CLASSIC', source: 'default' },
          { flag: 'SEARCH', variant: 'EXACT', source: 'code' },
        ],
        more: 0,
      },
    },
  ],
};
const page: BugReportInput = {
  record,
  manifest: { ...readyState().manifest, revision: 'abc123' },
  overrides: new Map([['CHECKOUT', 'ONE_PAGE']]),
  browser: 'Firefox 153',
  version: '0.1.0',
};

test('a report names the page, the application, the browser, the overrides and the flags that were used', () => {
  expect(bugReport(page)).toBe(`## Feature flags

- Page: \`https://shop.example/cart?…\`
- Loaded: 2026-11-22T20:00:00.000Z, from \`network\`
- App: \`Demo shop\`
- Environment: \`test\`
- Flag revision: \`abc123\`
- Browser: \`Firefox 153\`
- Gatekeeper: \`0.1.0\`

### My overrides

- \`CHECKOUT\`: \`ONE_PAGE\`

### Flags that the page and its requests used

- \`CHECKOUT\`: \`ONE_PAGE\` (override), then \`CLASSIC\` (default)
- \`SEARCH\`: \`EXACT\` (code)
- and 7 more
`);
});

test('a report without data says so', () => {
  const { app: _app, environment: _environment, revision: _revision, ...manifest } = page.manifest;
  const silent = { ...record, document: { flags: [], more: 0 }, requests: [] };

  const report = bugReport({ ...page, record: silent, manifest, overrides: new Map() });

  expect(report).toContain('- App: not named\n- Browser:');
  expect(report).toContain('### My overrides\n\nNone.\n');
  expect(report).toContain('used\n\nThe page does not list any.\n');
});

/** The parts of a line that are not in a code span (CommonMark 6.1). */
function outsideCode(line: string): string {
  const opening = /`+/.exec(line);
  if (opening === null) return line;
  const after = line.slice(opening.index + opening[0].length);
  const closing = [...after.matchAll(/`+/g)].find(([run]) => run.length === opening[0].length);
  if (closing === undefined) return line;
  return line.slice(0, opening.index) + outsideCode(after.slice(closing.index + opening[0].length));
}

test('no string from a site or a cookie can leave its code span', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('`', '``', '\n', '@all ', '<img src=x>', '![](//x.example)', ' ', '|') }),
  );

  fc.assert(
    fc.property(hostile, hostile, hostile, (app, name, variant) => {
      const flag = name.replace(/^@/, ' @'); // a name with "@" stands in another section
      const report = bugReport({
        ...page,
        manifest: { ...page.manifest, app },
        overrides: new Map([[flag, variant]]),
      });

      const lines = report.split('\n').map(outsideCode);
      expect(lines).toContain('- App: ');
      expect(lines).toEqual(bugReport(page).split('\n').map(outsideCode));
    }),
  );
});

test('a report lists the simulated context apart from the overrides', () => {
  const overrides = new Map([
    ['@country', 'NL'],
    ['@time', '2027-01-01T00:00:00Z'],
  ]);

  expect(bugReport({ ...page, overrides })).toContain(`### My overrides

None.

### Simulated context

- \`@country\`: \`NL\`
- \`@time\`: \`2027-01-01T00:00:00Z\`
`);
});
