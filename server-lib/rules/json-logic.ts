/** JSON Logic's operators on values, as json-logic-engine 5 has them; what it throws at, these throw at. */

export function truthy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.length > 0;
  if (Symbol.iterator in value) {
    if ('length' in value && value.length === 0) return false;
    if ('size' in value && value.size === 0) return false;
  }
  return value.constructor.name === 'Object' ? Object.keys(value).length > 0 : value;
}

export function not(value: unknown): boolean {
  return !truthy(Array.isArray(value) ? value[0] : value);
}

export function includes(item: unknown, container: unknown): boolean {
  // A container that includes nothing throws, in the engine too.
  return ((container || []) as unknown[]).includes(item);
}

/** The comparisons that look at types too. */
export const STRICT: ReadonlyMap<string, (left: unknown, right: unknown) => boolean> = new Map([
  ['===', (left, right) => left === right],
  ['!==', (left, right) => left !== right],
]);

/** The comparisons that make numbers of what is not two texts; what is left to compare has one type. */
export const LOOSE: ReadonlyMap<string, (left: unknown, right: unknown) => boolean> = new Map([
  ['==', loose((left, right) => left === right)],
  ['!=', loose((left, right) => left !== right)],
  ['<', loose((left, right) => left < right)],
  ['<=', loose((left, right) => left <= right)],
  ['>', loose((left, right) => left > right)],
  ['>=', loose((left, right) => left >= right)],
]);

export const ARITHMETIC: ReadonlyMap<string, (...values: unknown[]) => number> = new Map([
  ['+', (...values) => number(values.reduce<number>((sum, value) => sum + coerced(value), 0))],
  ['*', (...values) => number(values.reduce<number>((product, value) => product * coerced(value), 1))],
  [
    '-',
    (...values) => number(values.slice(1).reduce<number>((rest, value) => rest - coerced(value), coerced(values[0]))),
  ],
]);

type Comparable = string & number;

function loose(compare: (left: Comparable, right: Comparable) => boolean): (left: unknown, right: unknown) => boolean {
  return function compareLoosely(left, right) {
    if (isTextOrNull(left) && isTextOrNull(right)) return compare(left as Comparable, right as Comparable);
    const [first, second] = [coerced(left), coerced(right)];
    if (Number.isNaN(first) || (Number.isNaN(second) && left !== null)) throw Number.NaN;
    return compare(first as Comparable, second as Comparable);
  };
}

function isTextOrNull(value: unknown): boolean {
  return typeof value === 'string' || value === null;
}

function coerced(value: unknown): number {
  if ((typeof value === 'object' && value !== null) || Number.isNaN(value)) throw Number.NaN;
  return +(value as number);
}

function number(value: number): number {
  if (Number.isNaN(value)) throw Number.NaN;
  return value;
}
