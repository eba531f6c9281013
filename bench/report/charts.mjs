import { mkdirSync, writeFileSync } from 'node:fs';
import { barCharts } from './chart.mjs';
import { readSection } from './results.mjs';

const FOLDER = new URL('../../docs/pictures/', import.meta.url);

/** Draws the two main tables of RESULTS.md as bars, without a new measurement. Returns the files' names and contents. */
export function drawCharts() {
  const charts = { decisions: decisionsChart(), hosts: hostsChart() };
  return Object.entries(charts).flatMap(([name, { light, dark }]) => [
    { file: `bench-${name}-light.svg`, content: light },
    { file: `bench-${name}-dark.svg`, content: dark },
  ]);
}

/** Writes the charts into docs/pictures. */
export function writeCharts() {
  mkdirSync(FOLDER, { recursive: true });
  for (const { file, content } of drawCharts()) writeFileSync(new URL(file, FOLDER), content);
}

function decisionsChart() {
  const [rows] = tablesOf(readSection('decisions'));
  const bars = rows.map(([name, , , at1000]) => ({ ...labelOf(name), value: numberIn(at1000), text: `${at1000} ns` }));
  const ticks = [10, 100, 1_000, 10_000, 100_000].map((value) => ({ value, text: `${value.toLocaleString('en')} ns` }));
  return barCharts({
    title: 'One evaluation of a flag with an allow-list, of 1,000 flags',
    subtitle: 'Nanoseconds, on a logarithmic axis: each line is ten times the one before. Shorter is better.',
    bars,
    ticks: ticks.slice(0, ticks.findIndex(({ value }) => bars.every((bar) => bar.value <= value)) + 1),
    isLogarithmic: true,
  });
}

function hostsChart() {
  const [rows] = tablesOf(readSection('hosts'));
  const bars = rows.map(([title, , , share]) => ({
    label: title,
    value: Number(share) * 100,
    text: `${Math.round(Number(share) * 100)} %`,
    isOurs: !title.includes('nothing'),
  }));
  return barCharts({
    title: 'Requests a second with five flags, as a share of the host without flags',
    subtitle:
      'A page of 1,000 bytes that does nothing else: in a real application, the share is higher. Longer is better.',
    bars,
    ticks: [0, 25, 50, 75, 100].map((value) => ({ value, text: `${value} %` })),
  });
}

/** The bodies of a section's tables, as rows of cells. */
function tablesOf(markdown) {
  return markdown
    .split('\n\n')
    .filter((part) => part.startsWith('|'))
    .map((part) => part.trim().split('\n').slice(2))
    .map((lines) =>
      lines.map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      ),
    );
}

function labelOf(name) {
  const label = name.replaceAll('**', '');
  return { label, isOurs: label !== name };
}

function numberIn(text) {
  return Number(text.replaceAll(',', ''));
}
