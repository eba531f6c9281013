import { isJsonObject } from '../../wire/untrusted-json.ts';

/** What a file is for. Only `code`, which includes templates and settings, can evaluate a flag in production. */
export type FileKind = 'code' | 'test' | 'document' | 'style' | 'build';

/** What tells build output from code. */
export interface ProjectFolders {
  /** The folders that have a package: there, a folder `build` is its output. */
  readonly packages: ReadonlySet<string>;
  /** The files that Git tracks. */
  readonly tracked: ReadonlySet<string>;
}

/** The kind of a file; `undefined` if it is not read. */
export function kindOfFile(path: string, project: ProjectFolders): FileKind | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (NOT_READ.test(name) || LOCK_FILES.has(name)) return undefined;
  if (BUILD_OUTPUT.test(name) || isInBuildFolder(path, project)) return 'build';
  if (TEST_PATH.test(path)) return 'test';
  if (DOCUMENT.test(name)) return 'document';
  return STYLE.test(name) ? 'style' : 'code';
}

/** The folders of a project that have a package. */
export function packageFolders(files: readonly string[]): ReadonlySet<string> {
  const manifests = files.filter((file) => PACKAGE_FILES.has(file.slice(file.lastIndexOf('/') + 1)));
  return new Set(['', ...manifests.map((file) => file.slice(0, Math.max(0, file.lastIndexOf('/'))))]);
}

function isInBuildFolder(path: string, { packages, tracked }: ProjectFolders): boolean {
  const folders = path.split('/').slice(0, -1);
  return folders.some((name, at) => {
    const isOutput = OUTPUT_FOLDERS.has(name) || (MAYBE_OUTPUT_FOLDERS.has(name) && !tracked.has(path));
    return isOutput && packages.has(folders.slice(0, at).join('/'));
  });
}

const PACKAGE_FILES: ReadonlySet<string> = new Set([
  'package.json',
  'pyproject.toml',
  'Cargo.toml',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
]);
// Some projects commit their `dist`. A folder `build` in Git has programs that build.
const OUTPUT_FOLDERS: ReadonlySet<string> = new Set([
  'dist',
  'coverage',
  'playwright-report',
  'test-results',
  'storybook-static',
]);
const MAYBE_OUTPUT_FOLDERS: ReadonlySet<string> = new Set(['build', 'out', 'target']);
const BUILD_OUTPUT = /\.d\.[cm]?ts$|\.min\.[cm]?js$/;

// Only what tools enforce or everybody knows: `ab-test.ts`, `SplitTest.java` and `ab_test.rb` may be code of an experiment.
const TEST_PATH =
  /(?:^|\/)(?:__tests__|__mocks__|__snapshots__|tests?|spec|e2e|cypress|[^/]*\.Tests?)\/|\.(?:test|spec|cy|e2e)\.\w+$|_(?:test\.(?:go|exs)|spec\.rb)$|(?:^|\/)test_[^/]*\.py$|\.snap$/;
const DOCUMENT = /\.(?:md|markdown|rst|adoc|txt|log|csv)$|^(?:LICENSE|CHANGELOG|README)$/i;
const STYLE = /\.(?:css|scss|sass|less|styl)$/;

const NOT_READ =
  /\.(?:png|jpe?g|gif|webp|avif|ico|bmp|tiff?|woff2?|ttf|otf|eot|mp[34]|webm|ogg|wav|mov|pdf|zip|gz|tgz|br|zst|bz2|xz|7z|rar|jar|war|wasm|node|so|dll|dylib|exe|o|a|class|pyc|sqlite3?|db|map|tsbuildinfo)$/i;
const LOCK_FILES: ReadonlySet<string> = new Set([
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'composer.lock',
  'Cargo.lock',
  'poetry.lock',
  'uv.lock',
  'Gemfile.lock',
  'go.sum',
]);

/** Whether a file is a rules document (flagd's flags by name), a manifest of OpenFeature, or one of a site that was saved. */
export function isRulesDocument(path: string, text: string): boolean {
  if (/\.ya?ml$/.test(path)) return /^\s*["']?flags["']?\s*:/m.test(text) && /^\s*["']?variants["']?\s*:/m.test(text);
  if (!path.endsWith('.json') || !text.includes('"flags"')) return false;
  try {
    const document: unknown = JSON.parse(text);
    if (!isJsonObject(document)) return false;
    const { flags, gatekeeper } = document;
    return gatekeeper !== undefined || (isJsonObject(flags) && Object.values(flags).some(isDefinition));
  } catch {
    return false;
  }
}

/** A flag of flagd, or of a manifest of OpenFeature. */
function isDefinition(flag: unknown): boolean {
  return isJsonObject(flag) && (isJsonObject(flag.variants) || (flag.flagType !== undefined && 'defaultValue' in flag));
}
