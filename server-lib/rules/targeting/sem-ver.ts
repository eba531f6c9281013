import { textOf } from './values.ts';

/** flagd's `sem_ver` on evaluated arguments; `null` where one of them is no version or no comparison. */
export function semVer(args: readonly unknown[]): boolean | null {
  return args.length === 3 ? semVerAgainst(args[1], args[2])(args[0]) : null;
}

/** `sem_ver` with its second and third arguments, which are parsed once. */
export function semVerAgainst(comparison: unknown, version: unknown): (left: unknown) => boolean | null {
  const compare = COMPARISONS.get(textOf(comparison));
  const right = versionOf(version);
  return (raw) => {
    const left = versionOf(raw);
    return left && right && compare ? compare(left, right) : null;
  };
}

interface Version {
  readonly numbers: readonly [number, number, number];
  readonly preRelease: readonly string[];
}

const COMPARISONS: ReadonlyMap<string, (left: Version, right: Version) => boolean> = new Map([
  ['=', (left, right) => order(left, right) === 0],
  ['!=', (left, right) => order(left, right) !== 0],
  ['<', (left, right) => order(left, right) < 0],
  ['<=', (left, right) => order(left, right) <= 0],
  ['>=', (left, right) => order(left, right) >= 0],
  ['>', (left, right) => order(left, right) > 0],
  ['^', ({ numbers: left }, { numbers: right }) => left[0] === right[0]],
  ['~', ({ numbers: left }, { numbers: right }) => left[0] === right[0] && left[1] === right[1]],
]);

// semver.org, "Is there a suggested regular expression"; flagd takes up to two "v" before it.
const NUMBER = '(0|[1-9]\\d*)';
const PART = '(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';
const VERSION = new RegExp(
  `^v?${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-(${PART}(?:\\.${PART})*))?(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?$`,
);
const SHORT = /^\d+(?:\.\d+)?$/;
// What the semver package, and so flagd, makes of a short version: parts of more than 16 digits do not count.
const COUNTED = /(?:^|\.)(\d{1,16})(?:\.(\d{1,16}))?(?:$|\.)/;
const MOST_CHARACTERS = 256; // as the semver package: what is longer is no version

function versionOf(raw: unknown): Version | undefined {
  const text = textOf(raw).replace(/^[vV]/, '');
  if (text.length > MOST_CHARACTERS) return undefined;
  const match = VERSION.exec(SHORT.test(text) ? completed(text) : text.trim());
  if (match === null) return undefined;
  const numbers = [Number(match[1]), Number(match[2]), Number(match[3])] as const;
  if (!(Number.isSafeInteger(numbers[0]) && Number.isSafeInteger(numbers[1]) && Number.isSafeInteger(numbers[2]))) {
    return undefined;
  }
  return { numbers, preRelease: match[4]?.split('.') ?? NONE };
}

const NONE: readonly string[] = [];

function completed(text: string): string {
  const [, major = '', minor = '0'] = COUNTED.exec(text) ?? [];
  return `${major}.${minor}.0`;
}

function order(left: Version, right: Version): number {
  for (let at = 0; at < 3; at++) {
    const difference = (left.numbers[at] as number) - (right.numbers[at] as number);
    if (difference !== 0) return difference;
  }
  return preReleaseOrder(left.preRelease, right.preRelease);
}

// Semantic Versioning 2.0.0, 11.3 and 11.4.
function preReleaseOrder(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || right.length === 0) return right.length - left.length;
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = partOrder(left[at] as string, right[at] as string);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function partOrder(left: string, right: string): number {
  if (left === right) return 0;
  const [leftIsNumber, rightIsNumber] = [left, right].map((part) => /^\d+$/.test(part));
  if (leftIsNumber && rightIsNumber) return Number(left) - Number(right);
  if (leftIsNumber !== rightIsNumber) return leftIsNumber ? -1 : 1;
  return left < right ? -1 : 1;
}
