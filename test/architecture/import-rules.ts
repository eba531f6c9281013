import { type Import, importsOf } from '../helpers/repository/imports.ts';
import type { SourceFile } from '../helpers/repository/source-tree.ts';

/** What the files of one folder may import, besides each other. */
export interface ImportRule {
  /** A folder or a file; of several rules that match a file, the one with the longest path applies. */
  readonly in: string;
  /** Folders or files. */
  readonly files: readonly string[];
  /** Packages; `type express` allows only its types. */
  readonly packages: readonly string[];
}

/** Each import that no rule allows, as a sentence. */
export function forbiddenImports(files: readonly SourceFile[], rules: readonly ImportRule[]): readonly string[] {
  return files.flatMap((file) => {
    const rule = ruleFor(file.path, rules);
    if (rule === undefined) return [`${file.path} is not in a folder of the table`];
    const forbidden = importsOf(file).filter((one) => !allows(rule, file, one));
    return forbidden.map(({ specifier }) => `${file.path} may not import ${specifier}`);
  });
}

/** Each import cycle, type imports included, as `a.ts -> b.ts -> a.ts`. */
export function importCycles(files: readonly SourceFile[]): readonly string[] {
  const graph = new Map(files.map((file) => [file.path, importsOf(file).flatMap((one) => one.file ?? [])]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) cycles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
    if (done.has(file)) return;
    done.add(file);
    for (const next of graph.get(file) ?? []) walk(next, [...trail, file]);
  };
  for (const file of graph.keys()) walk(file, []);
  return cycles;
}

function ruleFor(file: string, rules: readonly ImportRule[]): ImportRule | undefined {
  const fitting = rules.filter((rule) => isWithin(file, rule.in));
  return fitting.sort((a, b) => b.in.length - a.in.length)[0];
}

function allows(rule: ImportRule, from: SourceFile, { specifier, file, typesOnly }: Import): boolean {
  if (file === undefined) {
    return rule.packages.includes(specifier) || (typesOnly && rule.packages.includes(`type ${specifier}`));
  }
  const isNeighbour = rule.in !== from.path && isWithin(file, rule.in);
  return isNeighbour || rule.files.some((allowed) => isWithin(file, allowed));
}

function isWithin(file: string, place: string): boolean {
  return file === place || file.startsWith(`${place}/`);
}
