import type { TextPosition } from '../../core/errors.ts';

/** The way from a JSON text's root to one of its values. */
export type JsonPath = readonly (string | number)[];

/** Where the value at `path` begins in a JSON text, or the nearest value around it that the text has. */
export function positionOf(json: string, path: JsonPath): TextPosition {
  return positionsOf(json, [path])[0] as TextPosition;
}

/** As {@link positionOf}, for many paths; the text is read once. */
export function positionsOf(json: string, paths: readonly JsonPath[]): readonly TextPosition[] {
  const root: PathNode = { offset: 0, children: undefined };
  const ways = paths.map((path) => nodesOnPath(root, path));
  try {
    new JsonScanner(json).value(root, 0);
  } catch {
    // Nested beyond what is followed: what was found so far is near enough.
  }
  const offsets = ways.map((way) => way.findLast(({ offset }) => offset !== undefined)?.offset ?? 0);
  const places = new Map<number, TextPosition>();
  let [line, start, at] = [1, 0, 0];
  for (const offset of [...new Set(offsets)].sort((one, other) => one - other)) {
    for (let end = json.indexOf('\n', at); end !== -1 && end < offset; end = json.indexOf('\n', at)) {
      line++;
      start = at = end + 1;
    }
    places.set(offset, { line, column: offset - start + 1 });
  }
  return offsets.map((offset) => places.get(offset) as TextPosition);
}

/** Where a text stops being JSON; `undefined` if it is JSON. */
export function syntaxErrorIn(json: string): TextPosition | undefined {
  const scan = new JsonScanner(json);
  try {
    scan.value(undefined, 0);
    scan.end();
    return undefined;
  } catch {
    const before = json.slice(0, scan.at);
    return { line: before.split('\n').length, column: scan.at - before.lastIndexOf('\n') };
  }
}

/** A value whose place is wanted, or one around it. */
interface PathNode {
  offset: number | undefined;
  children: Map<string | number, PathNode> | undefined;
}

function nodesOnPath(root: PathNode, path: JsonPath): readonly PathNode[] {
  const way = [root];
  let wanted = root;
  for (const step of path) {
    wanted.children ??= new Map();
    const next: PathNode = wanted.children.get(step) ?? { offset: undefined, children: undefined };
    wanted.children.set(step, next);
    way.push(next);
    wanted = next;
  }
  return way;
}

// RFC 8259, 6 and 7.
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const MAX_DEPTH = 1_000;
const [QUOTE, BACKSLASH, BLANK, COMMA, COLON] = [0x22, 0x5c, 0x20, 0x2c, 0x3a];
const [BRACE, END_BRACE, BRACKET, END_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/** One way through a JSON text; throws at what is no JSON, with `at` standing there. */
class JsonScanner {
  readonly #json: string;
  at = 0;

  constructor(json: string) {
    this.#json = json;
  }

  value(wanted: PathNode | undefined, depth: number): void {
    this.#space();
    if (wanted !== undefined) wanted.offset = this.at;
    const first = this.#json.charCodeAt(this.at);
    if (depth === MAX_DEPTH) throw new SyntaxError('too deep');
    if (first === BRACE) this.#entries(END_BRACE, wanted?.children, depth);
    else if (first === BRACKET) this.#entries(END_BRACKET, wanted?.children, depth);
    else if (first === QUOTE) this.#string();
    else this.#expect(SCALAR);
  }

  end(): void {
    this.#space();
    if (this.at < this.#json.length) throw new SyntaxError('something follows');
  }

  #entries(close: number, inside: PathNode['children'], depth: number): void {
    this.at++;
    this.#space();
    if (this.#json.charCodeAt(this.at) === close) {
      this.at++;
      return;
    }
    for (let index = 0; ; index++) {
      const step = close === END_BRACKET ? index : this.#key(inside !== undefined);
      this.value(inside?.get(step), depth + 1);
      this.#space();
      if (this.#json.charCodeAt(this.at) === close) break;
      this.#punctuation(COMMA);
    }
    this.at++;
  }

  /** A key, which is decoded only where somebody looks for keys. */
  #key(isLookedFor: boolean): string {
    this.#space();
    const start = this.at;
    this.#string();
    const end = this.at;
    this.#space();
    this.#punctuation(COLON);
    return isLookedFor ? JSON.parse(this.#json.slice(start, end)) : '';
  }

  // Character by character: a pattern for all of it would need a stack as long as the text.
  #string(): void {
    const json = this.#json;
    this.#punctuation(QUOTE);
    let at = this.at;
    for (let code = json.charCodeAt(at); code !== QUOTE; code = json.charCodeAt(at)) {
      if (code >= BLANK && code !== BACKSLASH) {
        at++;
        continue;
      }
      this.at = at;
      if (code !== BACKSLASH) throw new SyntaxError('a text that does not end'); // a control character, or NaN: the end
      this.#expect(ESCAPE);
      at = this.at;
    }
    this.at = at + 1;
  }

  #space(): void {
    for (let code = this.#json.charCodeAt(this.at); code <= BLANK; code = this.#json.charCodeAt(this.at)) {
      if (code !== BLANK && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at++;
    }
  }

  #punctuation(mark: number): void {
    if (this.#json.charCodeAt(this.at) !== mark) throw new SyntaxError('no mark');
    this.at++;
  }

  #expect(pattern: RegExp): void {
    pattern.lastIndex = this.at;
    const taken = pattern.exec(this.#json)?.[0] ?? '';
    if (taken === '') throw new SyntaxError('no value');
    this.at += taken.length;
  }
}
