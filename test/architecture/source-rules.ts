import ts from 'typescript-5.9';
import { nodesOf } from '../helpers/repository/imports.ts';
import type { SourceFile } from '../helpers/repository/source-tree.ts';

/** The rules that a source file breaks, as sentences. */
export function sourceProblems(file: SourceFile): readonly string[] {
  const lines = file.text.trimEnd().split('\n');
  return [
    ...lines.flatMap((line, at) => lineProblems(line).map((problem) => `${file.path}:${at + 1} ${problem}`)),
    ...nodesOf(file)
      .flatMap(
        (node) =>
          nodeProblem(node, file.path) ??
          (file.path.startsWith('extension/') ? untranslated(node) : undefined) ??
          (file.path.startsWith('server-lib/') ? wrongInNode(node) : undefined) ??
          [],
      )
      .map((problem) => `${file.path} ${problem}`),
  ];
}

/** Which of some global objects a file uses: `document.title`, `chrome.tabs`. */
export function globalsUsed(file: SourceFile, globals: readonly string[]): readonly string[] {
  const used = nodesOf(file).flatMap((node) =>
    ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) ? node.expression.text : [],
  );
  return globals.filter((name) => used.includes(name)).map((name) => `${file.path} uses the global ${name}`);
}

function lineProblems(line: string): readonly string[] {
  return [
    ...(/@ts-(ignore|nocheck)(?!: \S)/.test(line) ? ['silences the compiler without a reason on the same line'] : []),
    ...(/(\/\/|\*)\s*(TODO|FIXME)\b(?! \[\d{4}-\d\d-\d\d\]: \S)/.test(line)
      ? ['has a TODO without a date: TODO [2027-03-01]: …']
      : []),
  ];
}

function nodeProblem(node: ts.Node, path: string): string | undefined {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return 'uses the type any';
  if (ts.isIdentifier(node) && MARKUP.has(node.text) && EXEMPT[path] !== node.text)
    return `parses a string as HTML: ${node.text}`;
  if (ts.isCallExpression(node) && isNamed(node.expression, 'eval')) return 'evaluates a string as code: eval';
  if (ts.isNewExpression(node) && isNamed(node.expression, 'Function'))
    return 'evaluates a string as code: new Function';
  return undefined;
}

// In a long-lived process, Node 20 comes to return `false` for a valid URL with a letter such as "ü".
function wrongInNode(node: ts.Node): string | undefined {
  return isNamed(node, 'canParse') ? 'uses URL.canParse, which fails in Node 20; use parseUrl' : undefined;
}

// The strings of the UI belong into `_locales`; signs like "·" are the same in every language.
function untranslated(node: ts.Node): string | undefined {
  const text = ts.isJsxText(node) ? node : ts.isJsxAttribute(node) ? readAttribute(node) : undefined;
  return text !== undefined && /\p{L}/u.test(text.text)
    ? `has a string that is not in _locales: ${text.text.trim()}`
    : undefined;
}

function readAttribute({ name, initializer }: ts.JsxAttribute): ts.StringLiteralLike | undefined {
  const isRead = ts.isIdentifier(name) && READ_ATTRIBUTES.has(name.text);
  return isRead && initializer !== undefined && ts.isStringLiteralLike(initializer) ? initializer : undefined;
}

const READ_ATTRIBUTES = new Set(['alt', 'aria-description', 'aria-label', 'placeholder', 'title']);

const MARKUP = new Set(['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'dangerouslySetInnerHTML']);
// React writes the content of a script element in no other way. It is JSON in which "<" is escaped.
const EXEMPT: Readonly<Record<string, string>> = { 'server-lib/next.ts': 'dangerouslySetInnerHTML' };

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}
