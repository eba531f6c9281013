import { styleText } from 'node:util';

/** Colours, or on anything but a terminal none. */
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

const ALWAYS = { validateStream: false }; // whether there are colours is decided below, for each stream

/** https://no-color.org: any NO_COLOR that is not empty turns colours off. */
export function wantsColors(
  stream: { readonly isTTY?: boolean | undefined },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb';
}

/**
 * Columns of the same width, two blanks apart; `rows` hold plain text, `paints` the colour of each column. A cell that is
 * far longer than others of its column does not make them all as wide, and none is printed at any length.
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
    if (column === last) return 0; // nothing follows it
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
