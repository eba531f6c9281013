/** One step of an example. */
export interface Step {
  readonly text: string;
  /** The rows of its table, by column. */
  readonly table: readonly Row[];
}

type Row = Readonly<Record<string, string>>;

/** A scenario, or a scenario outline with one row of its examples. */
export interface Example {
  readonly name: string;
  readonly tags: readonly string[];
  readonly steps: readonly Step[];
}

interface Block {
  readonly kind: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly lines: string[];
}

/** The examples of a feature, in order. Reads the part of Gherkin that the conformance suite uses, and throws for the rest. */
export function readFeature(text: string): readonly Example[] {
  const blocks = readBlocks(text);
  const [feature, ...rest] = blocks;
  if (feature?.kind !== 'Feature') throw new Error('a feature begins with "Feature:"');
  const background = rest.filter(({ kind }) => kind === 'Background').flatMap(({ lines }) => readSteps(lines));
  return rest.flatMap((block, at) => {
    if (!block.kind.startsWith('Scenario')) return [];
    const tags = [...feature.tags, ...block.tags];
    const steps = [...background, ...readSteps(block.lines)];
    if (block.kind === 'Scenario') return [{ name: `${feature.name}: ${block.name}`, tags, steps }];
    return examplesAfter(rest, at).map(({ row, own }) => ({
      name: `${feature.name}: ${block.name} (${Object.values(row).join(', ')})`,
      tags: [...tags, ...own],
      steps: steps.map((step) => withValues(step, row)),
    }));
  });
}

function readBlocks(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let tags: string[] = [];
  for (const line of text.split('\n').map((one) => one.trim())) {
    const [, kind, name = ''] = /^(Feature|Background|Scenario Outline|Scenario|Examples):\s*(.*)$/.exec(line) ?? [];
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('@')) tags.push(...line.split(/\s+/));
    else if (kind !== undefined) {
      blocks.push({ kind, name, tags, lines: [] });
      tags = [];
    } else blocks.at(-1)?.lines.push(line);
  }
  return blocks;
}

function readSteps(lines: readonly string[]): readonly Step[] {
  const steps: { text: string; rows: string[] }[] = [];
  for (const line of lines) {
    const [, text] = /^(?:Given|When|Then|And|But) (.+)$/.exec(line) ?? [];
    if (text !== undefined) steps.push({ text, rows: [] });
    else if (line.startsWith('|') && steps.length > 0) steps.at(-1)?.rows.push(line);
    else throw new Error(`a line of a scenario is no step: ${line}`);
  }
  return steps.map(({ text, rows }) => ({ text, table: readTable(rows) }));
}

function readTable(lines: readonly string[]): readonly Row[] {
  const [columns = [], ...rows] = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at] ?? ''])));
}

function examplesAfter(blocks: readonly Block[], outline: number) {
  const after = blocks.slice(outline + 1);
  const end = after.findIndex(({ kind }) => kind !== 'Examples');
  return after
    .slice(0, end === -1 ? after.length : end)
    .flatMap(({ lines, tags }) => readTable(lines).map((row) => ({ row, own: tags })));
}

function withValues({ text, table }: Step, row: Row): Step {
  return { text: text.replace(/<(\w+)>/g, (_, name: string) => row[name] ?? `<${name}>`), table };
}
