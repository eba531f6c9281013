import ts from 'typescript-5.9';
import { nodesOf } from './imports.ts';
import type { SourceFile } from './source-tree.ts';

const MOST_LINES = 200;

/** What a source breaks of the house's rules, as sentences. */
export function sourceProblems(file: SourceFile): readonly string[] {
  const lines = file.text.trimEnd().split('\n');
  return [
    ...(lines.length > MOST_LINES
      ? [`${file.path} has ${lines.length} lines; past ${MOST_LINES} it is two ideas`]
      : []),
    ...lines.flatMap((line, at) => lineProblems(line).map((problem) => `${file.path}:${at + 1} ${problem}`)),
    ...nodesOf(file)
      .flatMap((node) => nodeProblem(node) ?? [])
      .map((problem) => `${file.path} ${problem}`),
  ];
}

/** Which of some global objects a file reaches into: `document.title`, `chrome.tabs`. */
export function globalsUsed(file: SourceFile, globals: readonly string[]): readonly string[] {
  const used = nodesOf(file).flatMap((node) =>
    ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) ? node.expression.text : [],
  );
  return globals.filter((name) => used.includes(name)).map((name) => `${file.path} reaches into ${name}`);
}

function lineProblems(line: string): readonly string[] {
  return [
    ...(/@ts-(ignore|nocheck)(?!: \S)/.test(line) ? ['silences the compiler without a reason on the same line'] : []),
    ...(/(\/\/|\*)\s*(TODO|FIXME)\b(?! \[\d{4}-\d\d-\d\d\]: \S)/.test(line)
      ? ['has a TODO without a date: TODO [2027-03-01]: …']
      : []),
  ];
}

function nodeProblem(node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return 'uses the type any';
  if (ts.isIdentifier(node) && MARKUP.has(node.text)) return `parses text as HTML: ${node.text}`;
  if (ts.isCallExpression(node) && isNamed(node.expression, 'eval')) return 'evaluates text: eval';
  if (ts.isNewExpression(node) && isNamed(node.expression, 'Function')) return 'evaluates text: new Function';
  return undefined;
}

const MARKUP = new Set(['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'dangerouslySetInnerHTML']);

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}
