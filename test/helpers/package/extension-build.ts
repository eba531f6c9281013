import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { importsOf } from '../repository/imports.ts';
import { ROOT, type SourceFile } from '../repository/source-tree.ts';

/** The text files of a build of the extension, by path. */
export function readBuild(browser: string): ReadonlyMap<string, SourceFile> {
  const folder = path.join(ROOT, 'dist', browser);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(js|css|html|json)$/.test(name),
  );
  return new Map(files.map((name) => [name, { path: name, text: readFileSync(path.join(folder, name), 'utf8') }]));
}

/** A build's manifest. */
export function readManifest(browser: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(path.join(ROOT, 'dist', browser, 'manifest.json'), 'utf8'));
}

/** A page and all files that it loads before it runs: its styles, its scripts and their static imports. */
export function loadedBy(page: string, build: ReadonlyMap<string, SourceFile>): readonly SourceFile[] {
  const loaded = new Map<string, SourceFile>();
  const load = (name: string): void => {
    const file = build.get(name);
    if (file === undefined) throw new Error(`${page} loads ${name}, which is not in the build`);
    if (loaded.has(name)) return;
    loaded.set(name, file);
    for (const next of neededBy(file)) load(next);
  };
  load(page);
  return [...loaded.values()];
}

function neededBy(file: SourceFile): readonly string[] {
  if (file.path.endsWith('.js')) {
    return importsOf(file).flatMap((one) => (one.file !== undefined && !one.onDemand ? one.file : []));
  }
  if (!file.path.endsWith('.html')) return [];
  const elements = file.text.matchAll(/<(?:script|link)\b[^>]*?\b(?:src|href)="([^"]+)"/g);
  const base = new URL(file.path, 'file:///');
  return [...elements].map(([, address = '']) => new URL(address, base).pathname.slice(1));
}
