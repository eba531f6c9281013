import { readdirSync, readFileSync } from 'node:fs';
import path, { join } from 'node:path';

export { expandText, expandTexts, type VectorText } from '../../../server-lib/cli/conform/vectors.ts';

const ROOT = join(import.meta.dirname, '../../vectors');

/** The JSON of one file under test/vectors. */
export function readVectors<Shape>(file: string): Shape {
  return JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as Shape;
}

/** All rows of the files in a folder of test/vectors and its subfolders. A file's name is the class of its rows. */
export function readClasses<Row>(folder: string): readonly (Row & { readonly class: string; readonly id: string })[] {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.json'))
    .sort()
    .flatMap((file) => {
      const name = path.basename(file, '.json');
      const rows = readVectors<readonly Row[]>(`${folder}/${file}`);
      return rows.map((row, at) => ({ ...row, class: name, id: `${name}-${at + 1}` }));
    });
}
