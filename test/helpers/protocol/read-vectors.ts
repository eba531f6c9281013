import { readdirSync, readFileSync } from 'node:fs';
import path, { join } from 'node:path';

/** A repeated part of a long string; each repetition's number replaces the character `number`. */
interface Repetition {
  readonly repeat: string;
  readonly times: number;
  readonly number?: string;
}

/** A string as the vectors write it (test/vectors/README.md). */
export type VectorText = string | readonly (string | Repetition)[];

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

/** The string that a vector describes. */
export function expandText(text: VectorText): string {
  return typeof text === 'string' ? text : text.map(expandPart).join('');
}

function expandPart(part: string | Repetition): string {
  if (typeof part === 'string') return part;
  const { repeat, times, number } = part;
  if (number === undefined) return repeat.repeat(times);
  return Array.from({ length: times }, (_, at) => repeat.replaceAll(number, String(at + 1))).join('');
}

/** `value` with every `{ "$text": … }` inside it replaced by its string. */
export function expandTexts(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(expandTexts);
  if (Object.hasOwn(value, '$text')) return expandText((value as { readonly $text: VectorText }).$text);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expandTexts(inner)]));
}
