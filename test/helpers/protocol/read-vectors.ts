import { readdirSync, readFileSync } from 'node:fs';
import path, { join } from 'node:path';

/** A piece of a text too long to be written out; `number` is the character that each repetition's number replaces. */
interface Repetition {
  readonly repeat: string;
  readonly times: number;
  readonly number?: string;
}

/** A text as the vectors hold it (test/vectors/README.md). */
export type VectorText = string | readonly (string | Repetition)[];

const ROOT = join(import.meta.dirname, '../../vectors');

/** The JSON of one file under test/vectors. */
export function readVectors<Shape>(file: string): Shape {
  return JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as Shape;
}

/** All rows of the files in one folder of test/vectors; a file's name is its rows' class. */
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

/** Writes a vector's text out. */
export function expandText(text: VectorText): string {
  return typeof text === 'string' ? text : text.map(expandPart).join('');
}

function expandPart(part: string | Repetition): string {
  if (typeof part === 'string') return part;
  const { repeat, times, number } = part;
  if (number === undefined) return repeat.repeat(times);
  return Array.from({ length: times }, (_, at) => repeat.replaceAll(number, String(at + 1))).join('');
}

/** Writes out every `{ "$text": … }` inside `value`. */
export function expandTexts(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(expandTexts);
  if (Object.hasOwn(value, '$text')) return expandText((value as { readonly $text: VectorText }).$text);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expandTexts(inner)]));
}
