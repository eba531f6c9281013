import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT: string = fileURLToPath(new URL('../../..', import.meta.url));

/** A source file; `path` is counted from the root, with `/`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const SOURCE = /\.(ts|tsx|mjs)$/;
const GENERATED = /(^|\/)(node_modules|dist)\//;

/** Every TypeScript and JavaScript source below some folders of the repository. */
export function readSources(...folders: readonly string[]): readonly SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((inside) => path.posix.join(folder, inside.replaceAll(path.sep, '/')))
      .filter((file) => SOURCE.test(file) && !GENERATED.test(file))
      .map((file) => ({ path: file, text: readFileSync(path.join(ROOT, file), 'utf8') })),
  );
}
