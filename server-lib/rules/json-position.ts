import type { TextPosition } from '../core/gatekeeper-error.ts';

/** The way from a JSON text's root to one of its values. */
export type JsonPath = readonly (string | number)[];

/** Where the value at `path` begins in a JSON text, or the nearest value around it that the text has. */
export function positionOf(json: string, path: JsonPath): TextPosition {
  const scan = new Scan(json, path);
  try {
    scan.value(0);
  } catch {
    // Nested beyond what is followed: what was found so far is near enough.
  }
  return lineAndColumn(json, scan.found);
}

/** Where a text stops being JSON; `undefined` if it is JSON. */
export function syntaxErrorIn(json: string): TextPosition | undefined {
  const scan = new Scan(json, []);
  try {
    scan.value(0);
    scan.end();
    return undefined;
  } catch {
    return lineAndColumn(json, scan.at);
  }
}

// RFC 8259, 6 and 7.
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SPACE = /[ \t\n\r]*/y;
const MOST_DEPTH = 1_000;

/** One way through a JSON text; throws at what is no JSON, with `at` standing there. */
class Scan {
  readonly #json: string;
  readonly #path: JsonPath;
  at = 0;
  /** Where the deepest value on the path begins. */
  found = 0;

  constructor(json: string, path: JsonPath) {
    this.#json = json;
    this.#path = path;
  }

  /** `onPath`: how many steps of the path lead to this value; -1 where it is off the path. */
  value(onPath: number, depth = 0): void {
    this.#take(SPACE);
    if (onPath !== -1) this.found = this.at;
    const first = this.#json[this.at];
    if (depth === MOST_DEPTH) throw new SyntaxError('too deep');
    if (first === '{') this.#entries('}', onPath, depth);
    else if (first === '[') this.#entries(']', onPath, depth);
    else if (first === '"') this.#string();
    else this.#expect(SCALAR);
  }

  end(): void {
    this.#take(SPACE);
    if (this.at < this.#json.length) throw new SyntaxError('something follows');
  }

  #entries(close: '}' | ']', onPath: number, depth: number): void {
    this.at++;
    this.#take(SPACE);
    if (this.#json[this.at] === close) {
      this.at++;
      return;
    }
    for (let index = 0; ; index++) {
      const step = close === '}' ? this.#key() : index;
      const isNext = onPath !== -1 && onPath < this.#path.length && this.#path[onPath] === step;
      this.value(isNext ? onPath + 1 : -1, depth + 1);
      this.#take(SPACE);
      if (this.#json[this.at] === close) break;
      this.#punctuation(',');
    }
    this.at++;
  }

  #key(): string {
    this.#take(SPACE);
    const key = this.#string();
    this.#take(SPACE);
    this.#punctuation(':');
    return JSON.parse(key);
  }

  // Character by character: a pattern for all of it would need a stack as long as the text.
  #string(): string {
    const start = this.at;
    this.#punctuation('"');
    for (let character = this.#json[this.at]; character !== '"'; character = this.#json[this.at]) {
      if (character === undefined || character < ' ') throw new SyntaxError('a text that does not end');
      if (character === '\\') this.#expect(ESCAPE);
      else this.at++;
    }
    return this.#json.slice(start, ++this.at);
  }

  #punctuation(mark: string): void {
    if (this.#json[this.at] !== mark) throw new SyntaxError(`no ${mark}`);
    this.at++;
  }

  #expect(pattern: RegExp): string {
    const taken = this.#take(pattern);
    if (taken === '') throw new SyntaxError('no value');
    return taken;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const taken = pattern.exec(this.#json)?.[0] ?? '';
    this.at += taken.length;
    return taken;
  }
}

function lineAndColumn(text: string, at: number): TextPosition {
  const lines = text.slice(0, at).split('\n');
  return { line: lines.length, column: (lines.at(-1) as string).length + 1 };
}
