import { findComments, type TextRange } from './comments.ts';
import { type FileKind, isRulesDocument } from './file-kinds.ts';

/**
 * Where a flag's name stands. Only `code` counts as use. A `scenario` sets overrides and evaluates nothing; a `definition` has
 * the flag's variants.
 */
export type MentionKind = FileKind | 'comment' | 'rules' | 'scenario' | 'definition';

/** A flag's name in a file. */
export interface Mention {
  readonly flag: string;
  readonly kind: MentionKind;
  readonly line: number;
  readonly column: number;
  /** The part from which code computes the name: `CHECKOUT_` of `` `CHECKOUT_${step}` ``. */
  readonly computed?: string;
}

/** A file to read. */
export interface SourceText {
  readonly path: string;
  readonly kind: FileKind;
  readonly text: string;
  /** Whether this is the module that exports the flags. */
  readonly isFlagsModule: boolean;
}

/** Finds the names of flags that stand as a whole word, in any language. */
export class MentionFinder {
  readonly #names: readonly string[];
  // Names by their first word, the longest first: a name may have dots and dashes, a word has none.
  readonly #byFirstWord = new Map<string, readonly string[]>();
  readonly #lengths: ReadonlySet<number>;

  constructor(names: Iterable<string>) {
    this.#names = [...names].sort((one, other) => other.length - one.length);
    for (const name of this.#names) {
      const word = /^\w+/.exec(name)?.[0] ?? name;
      this.#byFirstWord.set(word, [...(this.#byFirstWord.get(word) ?? []), name]);
    }
    this.#lengths = new Set([...this.#byFirstWord.keys()].map((word) => word.length));
  }

  find(source: SourceText): readonly Mention[] {
    const { text } = source;
    const found = [...this.#wholeNames(text), ...(source.kind === 'code' ? this.#computedNames(text) : [])];
    if (found.length === 0) return [];
    const classify = classifier(source);
    const position = positions(text);
    const mentions = found
      .sort((one, other) => one.start - other.start)
      .map(({ flag, start, end, computed }) => ({
        flag,
        kind: classify({ start, end }),
        ...position(start),
        ...(computed !== undefined && { computed }),
      }));
    return source.isFlagsModule ? withKeysAsDefinitions(mentions) : mentions.map(withoutKey);
  }

  *#wholeNames(text: string): Iterable<FoundName> {
    for (let at = 0; at < text.length; at++) {
      if (!isWordCode(text.charCodeAt(at))) continue;
      const start = at;
      while (isWordCode(text.charCodeAt(at))) at++; // NaN after the end
      if (!this.#lengths.has(at - start)) continue;
      const flag = this.#byFirstWord.get(text.slice(start, at))?.find((name) => isNameAt(text, name, start));
      if (flag === undefined) continue;
      at = start + flag.length;
      yield { flag, start, end: at };
    }
  }

  *#computedNames(text: string): Iterable<FoundName> {
    if (!COMPUTED_HINT.test(text)) return;
    for (const [pattern, isPart] of COMPUTED) {
      for (const { index, 1: before = '', 2: part = '' } of text.matchAll(pattern)) {
        const start = index + before.length;
        for (const flag of this.#names) {
          if (flag !== part && isPart(flag, part)) yield { flag, start, end: start + part.length, computed: part };
        }
      }
    }
  }
}

interface FoundName extends TextRange {
  readonly flag: string;
  readonly computed?: string;
}

const isWordCode = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;

function isNameAt(text: string, name: string, start: number): boolean {
  return text.startsWith(name, start) && !isWordCode(text.charCodeAt(start + name.length));
}

// A string to which something is added: `A_${x}`, "A_#{x}", f"A_{x}", 'A_' + x, 'A_' ~ x, "A_%s"; and `${x}_A`, x + '_A'.
const COMPUTED: readonly (readonly [RegExp, (flag: string, part: string) => boolean])[] = [
  [
    /(["'`])([A-Za-z0-9][\w.-]{2,})(?:[$#]\{|\{\$?\w|\$\w|%[sd]|\1\s*(?:[+~]|\. )\s*[\w$(`'"])/g,
    (flag, part) => flag.startsWith(part),
  ],
  [/((?:\}|[+~]\s*["'`]))([\w.-]{4,})["'`]/g, (flag, part) => flag.endsWith(part)],
];
const COMPUTED_HINT = /[+~{%$.]/;

/** A mention before the keys of a module with flags are sorted out. */
type RawMention = Omit<Mention, 'kind'> & { readonly kind: MentionKind | 'key' };

/** In the module that exports the flags, the first key with a flag's name defines it, unless an object with variants does. */
function withKeysAsDefinitions(mentions: readonly RawMention[]): readonly Mention[] {
  const defined = new Set(mentions.filter(({ kind }) => kind === 'definition').map(({ flag }) => flag));
  return mentions.map((mention) => {
    if (mention.kind !== 'key' || defined.has(mention.flag)) return withoutKey(mention);
    defined.add(mention.flag);
    return { ...mention, kind: 'definition' };
  });
}

function withoutKey(mention: RawMention): Mention {
  return { ...mention, kind: mention.kind === 'key' ? 'code' : mention.kind };
}

/** Tells what a name is, by the file that it stands in and by the text around it. */
function classifier({ path, kind, text, isFlagsModule }: SourceText): (name: TextRange) => MentionKind | 'key' {
  if (kind === 'document' || kind === 'style') return (name) => (isInTemplateTag(text, name) ? 'code' : kind);
  if (kind !== 'code') return () => kind;
  if (isRulesDocument(path, text)) return () => 'rules';
  const comments = findComments(path, text);
  const hasDefinitions = text.includes('variants');
  let at = 0;
  return (name) => {
    while (at < comments.length && (comments[at] as TextRange).end <= name.start) at++;
    const comment = comments[at];
    if (comment !== undefined && comment.start <= name.start) return 'comment';
    if (hasDefinitions && isDefinition(text, name)) return 'definition';
    if (isInScenario(text, name)) return 'scenario';
    return isFlagsModule && isKey(text, name) ? 'key' : 'code';
  };
}

/** Whether this place is in a tag of a template engine, such as `{{ … }}`, and not in a sample of code. */
function isInTemplateTag(text: string, { start }: TextRange): boolean {
  const before = text.slice(Math.max(0, start - 1_000), start);
  const open = Math.max(...['{{', '{%', '<%'].map((tag) => before.lastIndexOf(tag)));
  if (open === -1 || /\}\}|%\}|%>/.test(before.slice(open))) return false;
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const fences = text.slice(0, start).match(/^\s*(?:```|~~~)/gm)?.length ?? 0;
  return fences % 2 === 0 && (line.match(/`/g)?.length ?? 0) % 2 === 0 && !/^(?: {4}|\t)/.test(line);
}

/** Whether a name is the key of an object with `variants` and a default, or is declared as one. */
function isDefinition(text: string, { start, end }: TextRange): boolean {
  const after = text.slice(end, end + 300);
  const assigned = /^["'`]?\]?\s*(?::[^=({]{0,200}=(?!=|>)|[:=](?!=|>))\s*(?:[\w.]+\(\s*)?/.exec(after);
  if (assigned === null) return isShorthandOfDefinition(text, { start, end });
  const body = end + assigned[0].length;
  return text[body] === '{' && hasDefinitionKeys(outermostText(text, body));
}

/** `{ CHECKOUT }` in a file that declares `const CHECKOUT = { variants, default }`. */
function isShorthandOfDefinition(text: string, { start, end }: TextRange): boolean {
  if (!/[{,]\s*$/.test(text.slice(Math.max(0, start - 100), start))) return false;
  if (!/^\s*[,}]/.test(text.slice(end, end + 100))) return false;
  const name = text.slice(start, end).replace(/[.-]/g, '\\$&');
  const declaration = new RegExp(`\\bconst ${name}\\b[^={]{0,200}=\\s*(?:[\\w.]+\\(\\s*)?(?=\\{)`).exec(text);
  return declaration !== null && hasDefinitionKeys(outermostText(text, declaration.index + declaration[0].length));
}

function isKey(text: string, { start, end }: TextRange): boolean {
  if (!/^["'`]?\]?\s*:/.test(text.slice(end, end + 100))) return false;
  const before = text
    .slice(Math.max(0, start - 2_000), start)
    .replace(/["'`[]{0,2}$/, '')
    .replace(/(?:\s|\/\*(?:(?!\*\/)[\s\S])*\*\/|(?<=^|[\s{,])\/\/[^\n]*(?=\n))*$/, '');
  return /[{,]$/.test(before);
}

// Variants are a list in code, and an object in a rule, which has a state. An object of other things by variant is no definition.
const hasDefinitionKeys = (text: string): boolean =>
  /(?<![\w.])variants["']?\s*(?:,|:\s*[[\w])/.test(text)
    ? /(?<![\w.])default["']?\s*[:,]/.test(text)
    : /(?<![\w.])variants["']?\s*:/.test(text) && /(?<![\w.])(?:defaultVariant|state)["']?\s*[:,]/.test(text);

/** The text inside a pair of braces, without comments and without what stands in deeper brackets. */
function outermostText(text: string, open: number): string {
  let depth = 0;
  let outermost = '';
  SCAN.lastIndex = open;
  for (let match = SCAN.exec(text); match !== null && match.index < open + MAX_DEFINITION; match = SCAN.exec(text)) {
    const [token] = match;
    if ('{[('.includes(token)) {
      if (depth === 1) outermost += token;
      depth++;
    } else if ('}])'.includes(token)) depth--;
    else if (depth === 1 && !token.startsWith('//') && !token.startsWith('/*')) outermost += token;
    if (depth === 0) break;
  }
  return outermost;
}

const SCAN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|(["'])(?:[^"'\\\n]|\\.|(?!\1)["'])*\1|`(?:[^`\\]|\\.)*`|[{}[\]()]|[^{}[\]()"'`/]+|[\s\S]/g;
const MAX_DEFINITION = 20_000;

/** Whether a name is a key of `overrides: { … }`, of a scenario or of a preset. */
function isInScenario(text: string, { start, end }: TextRange): boolean {
  if (!/^["'`]?\s*:/.test(text.slice(end, end + 20))) return false;
  let depth = 0;
  for (let at = start - 1; at > start - MAX_SCENARIO && at >= 0; at--) {
    const character = text[at];
    if (character === '}') depth++;
    if (character !== '{') continue;
    if (depth === 0) return /\boverrides["']?\s*[:=]\s*$/.test(text.slice(Math.max(0, at - 40), at));
    depth--;
  }
  return false;
}

const MAX_SCENARIO = 4_000;

/** Finds line and column of positions that are asked in order. */
function positions(text: string): (at: number) => { readonly line: number; readonly column: number } {
  let line = 1;
  let lineStart = 0;
  return (at) => {
    for (let next = text.indexOf('\n', lineStart); next !== -1 && next < at; next = text.indexOf('\n', lineStart)) {
      line++;
      lineStart = next + 1;
    }
    return { line, column: at - lineStart + 1 };
  };
}
