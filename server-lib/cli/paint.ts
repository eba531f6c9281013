import { styleText } from 'node:util';

/** Colours, or on anything but a terminal none. */
export interface Paint {
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  strong(text: string): string;
  quiet(text: string): string;
}

export function paint(isColoured: boolean): Paint {
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
export function wantsColours(
  stream: { readonly isTTY?: boolean | undefined },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb';
}

/**
 * Columns of the same width, two blanks apart; `rows` hold plain text, `paints` the colour of each column. A cell that is
 * far longer than others of its column does not make them all as wide, and none is printed at any length.
 */
export function table(
  rows: readonly (readonly string[])[],
  paints: readonly ((text: string) => string)[],
): readonly string[] {
  const cells = rows.map((row) => row.map((text) => (text.length > MOST_CELL ? `${text.slice(0, MOST_CELL)}…` : text)));
  const last = paints.length - 1;
  const widths = paints.map((_, column) => {
    if (column === last) return 0; // nothing follows it
    const widest = cells.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0);
    return Math.min(widest, MOST_WIDTH);
  });
  return cells.map((row) =>
    row
      .map(
        (text, column) =>
          (paints[column] ?? String)(text) + ' '.repeat(Math.max(0, (widths[column] ?? 0) - text.length)),
      )
      .join('  ')
      .trimEnd(),
  );
}

const MOST_CELL = 300;
const MOST_WIDTH = 60;
