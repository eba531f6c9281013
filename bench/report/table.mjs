/** A Markdown table with aligned columns, readable in a terminal too; all columns except the first are numbers. */
export function table(head, rows) {
  const all = [head, ...rows].map((cells) => cells.map(String));
  const widths = head.map((_, at) => Math.max(4, ...all.map((cells) => cells[at].length)));
  const line = (cells) =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join(' | ')} |`;
  const rule = widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  const [first, ...others] = all;
  return [line(first), line(rule), ...others.map(line)].join('\n');
}

/** Three significant digits: 7.25, 36.1, 1,250. */
export function number(value) {
  return value.toLocaleString('en', value < 1_000 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 });
}

/** A ratio: 0.97, 14.9, 317. */
export function ratio(value) {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}
