import { isJsonObject } from '../../wire/untrusted-json.ts';

/** What a file is for. Only `code`, which includes templates and settings, can evaluate a flag in production. */
export type FileKind = 'code' | 'test' | 'document' | 'style' | 'build';

/** The kind of a file; `undefined` if it is not read. `roots` are the folders that have a package. */
export function kindOfFile(path: string, roots: ReadonlySet<string>): FileKind | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (NOT_READ.test(name) || LOCK_FILES.has(name)) return undefined;
  if (BUILD_OUTPUT.test(name) || isInBuildFolder(path, roots)) return 'build';
  if (TEST_PATH.test(path)) return 'test';
  if (DOCUMENT.test(name)) return 'document';
  return STYLE.test(name) ? 'style' : 'code';
}

/** The folders of a project that have a package: there, a folder `build` is its output. */
export function packageFolders(files: readonly string[]): ReadonlySet<string> {
  const manifests = files.filter((file) => PACKAGE_FILES.has(file.slice(file.lastIndexOf('/') + 1)));
  return new Set(['', ...manifests.map((file) => file.slice(0, Math.max(0, file.lastIndexOf('/'))))]);
}

function isInBuildFolder(path: string, roots: ReadonlySet<string>): boolean {
  const folders = path.split('/').slice(0, -1);
  return folders.some((name, at) => BUILD_FOLDERS.has(name) && roots.has(folders.slice(0, at).join('/')));
}

const PACKAGE_FILES: ReadonlySet<string> = new Set([
  'package.json',
  'pyproject.toml',
  'Cargo.toml',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
]);
const BUILD_FOLDERS: ReadonlySet<string> = new Set([
  'dist',
  'build',
  'out',
  'target',
  'coverage',
  'playwright-report',
  'test-results',
  'storybook-static',
]);
const BUILD_OUTPUT = /\.d\.[cm]?ts$|\.min\.[cm]?js$/;

const TEST_PATH =
  /(?:^|\/)(?:__tests__|__mocks__|__snapshots__|tests?|specs?|e2e|cypress)\/|[._-](?:test|spec|cy|e2e)\.\w+$|(?:^|\/)test_[^/]*\.py$|[a-z]Tests?\.(?:java|kt|cs)$|\.snap$/;
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

/** Whether a file is a rules document (flagd's flags by name), or a manifest that was saved. */
export function isRulesDocument(path: string, text: string): boolean {
  if (/\.ya?ml$/.test(path)) return /^\s*["']?flags["']?\s*:/m.test(text) && /^\s*["']?variants["']?\s*:/m.test(text);
  if (!path.endsWith('.json') || !text.includes('"flags"')) return false;
  try {
    const document: unknown = JSON.parse(text);
    if (!isJsonObject(document)) return false;
    const { flags, gatekeeper } = document;
    return gatekeeper !== undefined || (isJsonObject(flags) && Object.values(flags).some(hasVariants));
  } catch {
    return false;
  }
}

function hasVariants(flag: unknown): boolean {
  return isJsonObject(flag) && isJsonObject(flag.variants);
}
