/** Whether a path is ignored; `undefined` if no pattern matches it. The path is relative to the folder of the patterns. */
export type IgnorePatterns = (path: string, isFolder: boolean) => boolean | undefined;

/** Parses the patterns of a `.gitignore` file (https://git-scm.com/docs/gitignore). The last one that matches decides. */
export function parseGitignore(text: string): IgnorePatterns {
  const patterns = text.split(/\r?\n/).flatMap(parseLine).reverse();
  return (path, isFolder) => {
    const found = patterns.find(({ foldersOnly, regex }) => (isFolder || !foldersOnly) && regex.test(path));
    return found === undefined ? undefined : !found.isNegated;
  };
}

interface Pattern {
  readonly regex: RegExp;
  readonly isNegated: boolean;
  readonly foldersOnly: boolean;
}

function parseLine(line: string): readonly Pattern[] {
  const text = line.replace(/(?<!\\) +$/, '');
  if (text === '' || text.startsWith('#')) return [];
  const isNegated = text.startsWith('!');
  const pattern = isNegated ? text.slice(1) : text;
  const foldersOnly = pattern.endsWith('/');
  const glob = foldersOnly ? pattern.slice(0, -1) : pattern;
  const source = regexSource(glob.replace(/^\//, ''));
  // A pattern without a slash matches at any depth.
  const start = glob.includes('/') ? '' : '(?:.*/)?';
  try {
    return [{ regex: new RegExp(`^${start}${source}$`, 's'), isNegated, foldersOnly }];
  } catch {
    return []; // a range such as [z-a], which matches nothing
  }
}

const TOKEN = /^\*\*\/|\/\*\*\/|\/\*\*$|\*+|\?|\[[!^]?\]?(?:\[:\w+:\]|\\.|[^\]\\])*\]|\\.|[^*?[\\/]+|./gs;

function regexSource(glob: string): string {
  return (glob.match(TOKEN) ?? []).map(tokenSource).join('');
}

function tokenSource(token: string): string {
  if (token === '**/') return '(?:.*/)?';
  if (token === '/**/') return '/(?:.*/)?';
  if (token === '/**') return '/.+';
  if (token.startsWith('*')) return '[^/]*';
  if (token === '?') return '[^/]';
  if (token === '[') return MATCHES_NOTHING; // without an end
  if (token.startsWith('[')) return `(?!/)${classSource(token)}`;
  return (token.startsWith('\\') && token.length > 1 ? token.slice(1) : token).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

const MATCHES_NOTHING = '(?!)';

function classSource(token: string): string {
  const [, not = '', members = ''] = /^\[([!^]?)(.*)\]$/s.exec(token) ?? [];
  const escaped = members
    .replace(/\[:(\w+):\]/g, (_, name: string) => POSIX_CLASSES[name] ?? '')
    .replace(/\\(.)|[[\]^]/gs, (character, quoted: string | undefined) => `\\${quoted ?? character}`);
  return `[${not === '' ? '' : '^'}${escaped}]`;
}

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  space: ' \t',
  upper: 'A-Z',
};
