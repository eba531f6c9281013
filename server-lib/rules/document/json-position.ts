import type { TextPosition } from '../../core/errors.ts';

/** The keys and indexes from the root of a JSON document to one of its values. */
export type JsonPath = readonly (string | number)[];

/** The position of the value at `path` in a JSON string, or of the nearest value around it if there is none. */
export function positionOf(json: string, path: JsonPath): TextPosition {
  return positionsOf(json, [path])[0] as TextPosition;
}

/** Like {@link positionOf}, for many paths; scans the string once. */
export function positionsOf(json: string, paths: readonly JsonPath[]): readonly TextPosition[] {
  const root: PathNode = { offset: 0, children: undefined };
  const nodes = paths.map((path) => nodesOnPath(root, path));
  try {
    new JsonScanner(json).value(root, 0);
  } catch {
    // Nested too deeply: use the positions that were found so far.
  }
  const offsets = nodes.map((path) => path.findLast(({ offset }) => offset !== undefined)?.offset ?? 0);
  const positions = new Map<number, TextPosition>();
  let [line, start, at] = [1, 0, 0];
  for (const offset of [...new Set(offsets)].sort((one, other) => one - other)) {
    for (let end = json.indexOf('\n', at); end !== -1 && end < offset; end = json.indexOf('\n', at)) {
      line++;
      start = at = end + 1;
    }
    positions.set(offset, { line, column: offset - start + 1 });
  }
  return offsets.map((offset) => positions.get(offset) as TextPosition);
}

/** The position of the first syntax error; `undefined` if `json` is valid. */
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

/** A value on one of the paths. */
interface PathNode {
  offset: number | undefined;
  children: Map<string | number, PathNode> | undefined;
}

function nodesOnPath(root: PathNode, path: JsonPath): readonly PathNode[] {
  const nodes = [root];
  let node = root;
  for (const key of path) {
    node.children ??= new Map();
    const child: PathNode = node.children.get(key) ?? { offset: undefined, children: undefined };
    node.children.set(key, child);
    nodes.push(child);
    node = child;
  }
  return nodes;
}

// RFC 8259, 6 and 7.
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const MAX_DEPTH = 1_000;
const [QUOTE, BACKSLASH, BLANK, COMMA, COLON] = [0x22, 0x5c, 0x20, 0x2c, 0x3a];
const [BRACE, END_BRACE, BRACKET, END_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Scans a JSON string once. Throws at a syntax error; `at` is then its offset. */
class JsonScanner {
  readonly #json: string;
  at = 0;

  constructor(json: string) {
    this.#json = json;
  }

  value(node: PathNode | undefined, depth: number): void {
    this.#space();
    if (node !== undefined) node.offset = this.at;
    const first = this.#json.charCodeAt(this.at);
    if (depth === MAX_DEPTH) throw new SyntaxError('too deep');
    if (first === BRACE) this.#entries(END_BRACE, node?.children, depth);
    else if (first === BRACKET) this.#entries(END_BRACKET, node?.children, depth);
    else if (first === QUOTE) this.#string();
    else this.#expect(SCALAR);
  }

  end(): void {
    this.#space();
    if (this.at < this.#json.length) throw new SyntaxError('expected the end');
  }

  #entries(close: number, children: PathNode['children'], depth: number): void {
    this.at++;
    this.#space();
    if (this.#json.charCodeAt(this.at) === close) {
      this.at++;
      return;
    }
    for (let index = 0; ; index++) {
      const key = close === END_BRACKET ? index : this.#key(children !== undefined);
      this.value(children?.get(key), depth + 1);
      this.#space();
      if (this.#json.charCodeAt(this.at) === close) break;
      this.#punctuation(COMMA);
    }
    this.at++;
  }

  /** Reads a key; decodes it only if it is needed. */
  #key(isNeeded: boolean): string {
    this.#space();
    const start = this.at;
    this.#string();
    const end = this.at;
    this.#space();
    this.#punctuation(COLON);
    return isNeeded ? JSON.parse(this.#json.slice(start, end)) : '';
  }

  // Character by character: a regular expression for all of it would need a stack as long as the string.
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
      if (code !== BACKSLASH) throw new SyntaxError('unterminated string'); // a control character, or NaN: the end
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
    if (this.#json.charCodeAt(this.at) !== mark) throw new SyntaxError('expected punctuation');
    this.at++;
  }

  #expect(pattern: RegExp): void {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.#json)?.[0] ?? '';
    if (match === '') throw new SyntaxError('expected a value');
    this.at += match.length;
  }
}
