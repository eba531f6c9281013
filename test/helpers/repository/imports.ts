import path from 'node:path';
import ts from 'typescript-5.9'; // also used by the consumers' tests; TypeScript 7 has no stable API for its parser
import type { SourceFile } from './source-tree.ts';

/** One import, export-from, dynamic import or module augmentation. */
export interface Import {
  /** As written: `../wire/names.ts`, `node:http`. */
  readonly specifier: string;
  /** The imported file's path from the root; `undefined` for a package. */
  readonly file: string | undefined;
  /** Whether it is erased at compile time. */
  readonly typesOnly: boolean;
  /** Whether it is a dynamic `import()`. */
  readonly onDemand: boolean;
}

/** The imports of a file. */
export function importsOf(file: SourceFile): readonly Import[] {
  const imports: Import[] = [];
  visit(parse(file), (node) => {
    const found = importIn(node);
    if (found === undefined) return;
    imports.push({ ...found, file: relativeFile(file.path, found.specifier), onDemand: ts.isCallExpression(node) });
  });
  return imports;
}

/** Every node of a file's syntax tree. */
export function nodesOf(file: SourceFile): readonly ts.Node[] {
  const nodes: ts.Node[] = [];
  visit(parse(file), (node) => nodes.push(node));
  return nodes;
}

function parse({ path: name, text }: SourceFile): ts.SourceFile {
  return ts.createSourceFile(name, text, ts.ScriptTarget.Latest);
}

function visit(node: ts.Node, callback: (node: ts.Node) => void): void {
  callback(node);
  ts.forEachChild(node, (child) => visit(child, callback));
}

function importIn(node: ts.Node): { readonly specifier: string; readonly typesOnly: boolean } | undefined {
  if (ts.isImportDeclaration(node)) return named(node.moduleSpecifier, node.importClause?.isTypeOnly === true);
  if (ts.isExportDeclaration(node)) return named(node.moduleSpecifier, node.isTypeOnly);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return named(node.argument.literal, true);
  if (ts.isModuleDeclaration(node)) return named(node.name, true);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return named(node.arguments[0], false);
  }
  return undefined;
}

function named(specifier: ts.Node | undefined, typesOnly: boolean) {
  return specifier !== undefined && ts.isStringLiteralLike(specifier)
    ? { specifier: specifier.text, typesOnly }
    : undefined;
}

function relativeFile(from: string, specifier: string): string | undefined {
  const bare = specifier.replace(/\?.*$/, ''); // Vite's ?url, ?raw
  return bare.startsWith('.') ? path.posix.join(path.posix.dirname(from), bare) : undefined;
}
