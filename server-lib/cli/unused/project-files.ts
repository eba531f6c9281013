import { execFile } from 'node:child_process';
import { type Dirent, existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

/** The files of a project that people write. */
export interface ProjectFiles {
  /** Paths relative to the folder, with slashes, in order. */
  readonly files: readonly string[];
  /** Those that Git tracks; none if Git is not installed. */
  readonly tracked: ReadonlySet<string>;
  /** Folders that cannot be read. */
  readonly unreadable: readonly string[];
}

/**
 * Lists the files of a project, without what `.gitignore` excludes and without folders that tools write. A file that Git
 * tracks is listed even if a pattern excludes it.
 */
export async function findProjectFiles(folder: string): Promise<ProjectFiles> {
  const root = realpathSync(folder);
  const repository = findRepository(root);
  const walk = new Walk(root);
  walk.start(repository);
  const tracked = repository === undefined ? [] : await listTracked(root);
  const walked = new Set(walk.files);
  const ignored = tracked.filter((file) => !walked.has(file) && !isInToolFolder(file) && isFile(path.join(root, file)));
  return { files: [...walked, ...ignored].sort(), tracked: new Set(tracked), unreadable: walk.unreadable };
}

/** The folder of the Git repository around a folder. */
function findRepository(folder: string): string | undefined {
  if (existsSync(path.join(folder, '.git'))) return folder;
  const parent = path.dirname(folder);
  return parent === folder ? undefined : findRepository(parent);
}

async function listTracked(folder: string): Promise<readonly string[]> {
  try {
    const { stdout } = await promisify(execFile)('git', ['ls-files', '-z'], { cwd: folder, maxBuffer: 64 * 1_048_576 });
    return stdout.split('\0').filter((file) => file !== '');
  } catch {
    return [];
  }
}

function isFile(location: string): boolean {
  return statSync(location, { throwIfNoEntry: false })?.isFile() === true;
}

/** Patterns, and the folder that they are relative to. */
interface PlacedPatterns {
  readonly folder: string;
  readonly patterns: IgnorePatterns;
}

class Walk {
  readonly files: string[] = [];
  readonly unreadable: string[] = [];
  readonly #root: string;
  readonly #seen = new Set<string>();
  // Links come last, so that a folder is listed by its own path.
  readonly #links: {
    readonly relative: string;
    readonly real: string;
    readonly patterns: readonly PlacedPatterns[];
  }[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  start(repository: string | undefined): void {
    this.#folder('', this.#root, repository === undefined ? [] : patternsAround(this.#root, repository));
    for (let link = this.#links.shift(); link !== undefined; link = this.#links.shift()) {
      this.#folder(link.relative, link.real, link.patterns);
    }
  }

  #folder(relative: string, real: string, outer: readonly PlacedPatterns[]): void {
    if (this.#seen.has(real)) return;
    this.#seen.add(real);
    let entries: readonly Dirent[];
    try {
      entries = readdirSync(real, { withFileTypes: true });
    } catch {
      this.unreadable.push(relative);
      return;
    }
    const own = entries.some(({ name }) => name === '.gitignore') ? readPatterns(real, '.gitignore') : [];
    const patterns = [...own, ...outer];
    for (const entry of entries)
      this.#entry(entry, relative === '' ? entry.name : `${relative}/${entry.name}`, { real, patterns });
  }

  #entry(
    entry: Dirent,
    relative: string,
    { real, patterns }: { real: string; patterns: readonly PlacedPatterns[] },
  ): void {
    const location = path.join(real, entry.name);
    const isFolder = entry.isDirectory();
    if (TOOL_FOLDERS.has(entry.name) || isIgnored(location, isFolder, patterns)) return;
    if (entry.isFile()) this.files.push(relative);
    else if (isFolder) this.#folder(relative, location, patterns);
    else if (entry.isSymbolicLink()) this.#link(relative, location, patterns);
  }

  #link(relative: string, location: string, patterns: readonly PlacedPatterns[]): void {
    try {
      const target = realpathSync(location);
      const stats = statSync(target);
      if (stats.isFile()) this.files.push(relative);
      // A link to a folder around the project would list everything else in it.
      else if (stats.isDirectory() && !`${this.#root}${path.sep}`.startsWith(`${target}${path.sep}`))
        this.#links.push({ relative, real: target, patterns });
    } catch {
      // It points to nothing.
    }
  }
}

/** The patterns of the folders around a project, the nearest first. They do not apply if they exclude the project itself. */
function patternsAround(root: string, repository: string): readonly PlacedPatterns[] {
  const found: PlacedPatterns[] = [];
  for (let folder = root; folder !== repository; ) {
    const inside = folder;
    folder = path.dirname(folder);
    found.push(...readPatterns(folder, '.gitignore'));
    if (isIgnored(inside, true, found)) return [];
  }
  return [...found, ...readPatterns(repository, '.git/info/exclude')];
}

function readPatterns(folder: string, file: string): readonly PlacedPatterns[] {
  try {
    return [{ folder, patterns: parseGitignore(readFileSync(path.join(folder, file), 'utf8')) }];
  } catch {
    return [];
  }
}

function isIgnored(location: string, isFolder: boolean, all: readonly PlacedPatterns[]): boolean {
  for (const { folder, patterns } of all) {
    const result = patterns(path.relative(folder, location).replaceAll(path.sep, '/'), isFolder);
    if (result !== undefined) return result;
  }
  return false;
}

function isInToolFolder(file: string): boolean {
  return file.split('/').some((name) => TOOL_FOLDERS.has(name));
}

// Folders that only tools write. Those with ordinary names, such as `build`, are told apart by `file-kinds.ts`.
// biome-ignore format: a list
const TOOL_FOLDERS: ReadonlySet<string> = new Set([
  '.git', '.hg', '.svn', 'node_modules', 'bower_components', 'jspm_packages', '.yarn', '.pnpm-store',
  '.next', '.nuxt', '.output', '.svelte-kit', '.astro', '.angular', '.turbo', '.nx', '.cache', '.parcel-cache', '.nyc_output',
  '__pycache__', '.venv', 'venv', '.tox', '.mypy_cache', '.pytest_cache', '.ruff_cache', '.gradle', '.terraform',
]);

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
