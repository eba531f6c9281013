import { toMeteredString } from './coercion.ts';

/** flagd's `sem_ver` on evaluated arguments; `null` if one of them is not a version or not a comparison. */
export function semVer(args: readonly unknown[]): boolean | null {
  return args.length === 3 ? compileSemVer(args[1], args[2])(args[0]) : null;
}

/** Compiles `sem_ver` with constant second and third arguments, which are parsed once. */
export function compileSemVer(comparison: unknown, version: unknown): (left: unknown) => boolean | null {
  const compare = COMPARISONS.get(toMeteredString(comparison));
  const right = parseVersion(version);
  return (raw) => {
    const left = parseVersion(raw);
    return left && right && compare ? compare(left, right) : null;
  };
}

interface Version {
  readonly numbers: readonly [number, number, number];
  readonly preRelease: readonly string[];
}

const COMPARISONS: ReadonlyMap<string, (left: Version, right: Version) => boolean> = new Map([
  ['=', (left, right) => compareVersions(left, right) === 0],
  ['!=', (left, right) => compareVersions(left, right) !== 0],
  ['<', (left, right) => compareVersions(left, right) < 0],
  ['<=', (left, right) => compareVersions(left, right) <= 0],
  ['>=', (left, right) => compareVersions(left, right) >= 0],
  ['>', (left, right) => compareVersions(left, right) > 0],
  ['^', ({ numbers: left }, { numbers: right }) => left[0] === right[0]],
  ['~', ({ numbers: left }, { numbers: right }) => left[0] === right[0] && left[1] === right[1]],
]);

// semver.org, "Is there a suggested regular expression"; flagd accepts up to two "v" before it.
const NUMBER = '(0|[1-9]\\d*)';
const PART = '(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';
const VERSION = new RegExp(
  `^v?${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-(${PART}(?:\\.${PART})*))?(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?$`,
);
const SHORT_VERSION = /^\d+(?:\.\d+)?$/;
// How the semver package, and so flagd, completes a short version: it ignores numbers of more than 16 digits.
const COERCED_VERSION = /(?:^|\.)(\d{1,16})(?:\.(\d{1,16}))?(?:$|\.)/;
const MAX_LENGTH = 256; // as in the semver package

function parseVersion(raw: unknown): Version | undefined {
  const text = toMeteredString(raw).replace(/^[vV]/, '');
  if (text.length > MAX_LENGTH) return undefined;
  const match = VERSION.exec(SHORT_VERSION.test(text) ? completeVersion(text) : text.trim());
  if (match === null) return undefined;
  const numbers = [Number(match[1]), Number(match[2]), Number(match[3])] as const;
  if (!(Number.isSafeInteger(numbers[0]) && Number.isSafeInteger(numbers[1]) && Number.isSafeInteger(numbers[2]))) {
    return undefined;
  }
  return { numbers, preRelease: match[4]?.split('.') ?? NO_PRE_RELEASE };
}

const NO_PRE_RELEASE: readonly string[] = [];

function completeVersion(text: string): string {
  const [, major = '', minor = '0'] = COERCED_VERSION.exec(text) ?? [];
  return `${major}.${minor}.0`;
}

function compareVersions(left: Version, right: Version): number {
  for (let at = 0; at < 3; at++) {
    const difference = (left.numbers[at] as number) - (right.numbers[at] as number);
    if (difference !== 0) return difference;
  }
  return comparePreReleases(left.preRelease, right.preRelease);
}

// Semantic Versioning 2.0.0, 11.3 and 11.4.
function comparePreReleases(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || right.length === 0) return right.length - left.length;
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = compareIdentifiers(left[at] as string, right[at] as string);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function compareIdentifiers(left: string, right: string): number {
  if (left === right) return 0;
  const [leftIsNumber, rightIsNumber] = [left, right].map((part) => /^\d+$/.test(part));
  if (leftIsNumber && rightIsNumber) return Number(left) - Number(right);
  if (leftIsNumber !== rightIsNumber) return leftIsNumber ? -1 : 1;
  return left < right ? -1 : 1;
}
