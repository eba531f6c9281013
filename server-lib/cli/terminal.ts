import { styleText } from 'node:util';
import { formatValue } from '../core/values.ts';
import { sanitize } from '../wire/sanitize.ts';

/** Functions that colour a string, or return it unchanged if colours are off. */
export interface Colors {
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  strong(text: string): string;
  quiet(text: string): string;
}

export function createColors(isColoured: boolean): Colors {
  const style =
    (format: Parameters<typeof styleText>[0]) =>
    (text: string): string =>
      isColoured && text !== '' ? styleText(format, text, ALWAYS) : text;
  return {
    good: style('green'),
    bad: style('red'),
    warn: style('yellow'),
    strong: style('bold'),
    quiet: style('dim'),
  };
}

const ALWAYS = { validateStream: false }; // `wantsColors` decides for each stream

/** Whether to use colours on this stream. https://no-color.org: any NO_COLOR that is not empty turns them off. */
export function wantsColors(
  stream: { readonly isTTY?: boolean | undefined },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb';
}

/** Prints how far a command is: a line that changes on a terminal, elsewhere a line for each new step. */
export interface ProgressLine {
  show(step: string, detail: string): void;
  /** The same, but only on a terminal, and only if the program has run for more than a second. */
  showIfSlow(step: string, detail: string): void;
  /** Shows, on a terminal, for how many seconds the program has run: each second in which nothing else was shown. */
  showTime(step: string): void;
  /** Removes the line that changes. */
  clear(): void;
}

export function createProgressLine(
  stream: { readonly isTTY?: boolean | undefined; write(text: string): unknown },
  uptime: () => number = process.uptime,
): ProgressLine {
  let last: string | undefined;
  let lastText = '';
  let timer: NodeJS.Timeout | undefined;
  function show(step: string, detail: string): void {
    const text = `${step} ${detail}`;
    if (stream.isTTY && text !== lastText) stream.write(`${ERASE_LINE}${text}`);
    else if (!stream.isTTY && step !== last) stream.write(`${step}\n`);
    last = step;
    lastText = text;
  }
  return {
    show,
    showIfSlow(step, detail) {
      if (stream.isTTY && uptime() > SLOW_SECONDS) show(step, detail);
    },
    showTime(step) {
      if (!stream.isTTY) return;
      let seen = lastText;
      timer = setInterval(() => {
        if (lastText === seen) show(step, `${Math.round(uptime())} s`);
        seen = lastText;
      }, 1_000).unref();
    },
    clear() {
      clearInterval(timer);
      if (stream.isTTY && last !== undefined) stream.write(ERASE_LINE);
    },
  };
}

const SLOW_SECONDS = 1;
const ERASE_LINE = '\r\u001b[2K';

/** A variant with its value, if the value says more than the name: `HIGH (100)`, but `on` for `"on": true`. */
export function formatVariant(variant: string, value: unknown): string {
  const says = SWITCH_NAMES.get(variant.toLowerCase()) ?? variant;
  return value === variant || value === says || value === undefined
    ? sanitize(variant)
    : `${sanitize(variant)} (${formatValue(value)})`;
}

const SWITCH_NAMES: ReadonlyMap<string, boolean> = new Map([
  ['on', true],
  ['true', true],
  ['yes', true],
  ['off', false],
  ['false', false],
  ['no', false],
]);

/**
 * Formats `rows` as aligned columns, two spaces apart; `colors` has one function for each column. A column is at most 60
 * characters wide; a longer cell is not padded, and is cut after 300 characters.
 */
export function formatTable(
  rows: readonly (readonly string[])[],
  colors: readonly ((text: string) => string)[],
): readonly string[] {
  const cells = rows.map((row) =>
    row.map((text) => (text.length > MAX_CELL_LENGTH ? `${text.slice(0, MAX_CELL_LENGTH)}…` : text)),
  );
  const last = colors.length - 1;
  const widths = colors.map((_, column) => {
    if (column === last) return 0; // the last column needs no padding
    const widest = cells.reduce((limit, row) => Math.max(limit, row[column]?.length ?? 0), 0);
    return Math.min(widest, MAX_COLUMN_WIDTH);
  });
  return cells.map((row) =>
    row
      .map(
        (text, column) =>
          (colors[column] ?? String)(text) + ' '.repeat(Math.max(0, (widths[column] ?? 0) - text.length)),
      )
      .join('  ')
      .trimEnd(),
  );
}

const MAX_CELL_LENGTH = 300;
const MAX_COLUMN_WIDTH = 60;
