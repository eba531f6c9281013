import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT: string = fileURLToPath(new URL('../../..', import.meta.url));

/** A source file. `path` starts at the root and has `/` as its separator. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const SOURCE = /\.(ts|tsx|mjs)$/;
const GENERATED = /(^|\/)(node_modules|dist)\//;

/** All TypeScript and JavaScript sources below some folders of the repository. */
export function readSources(...folders: readonly string[]): readonly SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((inside) => path.posix.join(folder, inside.replaceAll(path.sep, '/')))
      .filter((file) => SOURCE.test(file) && !GENERATED.test(file))
      .map((file) => ({ path: file, text: readFileSync(path.join(ROOT, file), 'utf8') })),
  );
}
