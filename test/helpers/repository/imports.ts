import path from 'node:path';
import ts from 'typescript-5.9';
import type { SourceFile } from './source-tree.ts';

// TypeScript 7 has no stable parser to call; 5.9, here for the consumers' tests, has one.

/** One import, export-from, dynamic import or module augmentation. */
export interface Import {
  /** As written: `../wire/names.ts`, `node:http`. */
  readonly specifier: string;
  /** The imported file, counted from the root; `undefined` for a package. */
  readonly file: string | undefined;
  /** Nothing of it is left at run time. */
  readonly typesOnly: boolean;
  /** `import()`: only when the program comes by. */
  readonly onDemand: boolean;
}

/** What a file imports. */
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

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
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
