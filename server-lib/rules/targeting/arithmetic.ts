import { TargetingError } from './expression.ts';

type Operation = (value: unknown) => unknown;

// Each takes the list of its evaluated operands; "+" and "-" of one operand take that one, which may be a list.
export const ARITHMETIC: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['+', (value) => (Array.isArray(value) ? sum(value) : single(value, (number) => +number))],
  ['-', (value) => (Array.isArray(value) ? difference(value) : single(value, (number) => -number))],
  ['*', (values) => numeric((values as unknown[]).reduce<number>((product, value) => product * toNumber(value), 1))],
  ['/', (values) => quotient(values as unknown[])],
  ['%', (values) => remainder(values as unknown[])],
  ['max', (values) => extreme(values as unknown[], (a, b) => a > b)],
  ['min', (values) => extreme(values as unknown[], (a, b) => a < b)],
]);

function single(value: unknown, signed: (value: number) => number): number {
  if (!value) return 0;
  return numeric(signed(toNumber(value)));
}

function sum(values: readonly unknown[]): number {
  return numeric(values.reduce<number>((total, value) => total + toNumber(value), 0));
}

function difference(values: readonly unknown[]): number {
  const [first, ...others] = values;
  const start = toNumber(first);
  // A list of one operand is negated; here NaN is a result, as in flagd-core.
  if (values.length === 1) return -start;
  if (values.length === 0) throw notNumbers();
  return numeric(others.reduce<number>((rest, value) => rest - toNumber(value), start));
}

function quotient(values: readonly unknown[]): number {
  if (values.length === 0) throw notNumbers();
  const [first, ...others] = values;
  const start = toNumber(first);
  if (values.length === 1) return start ? 1 / start : numeric(Number.NaN);
  const result = others.reduce<number>((rest, value) => rest / (value ? toNumber(value) : Number.NaN), start);
  if (result === Number.POSITIVE_INFINITY) throw notNumbers();
  return numeric(result);
}

function remainder(values: readonly unknown[]): number {
  if (values.length < 2) throw notNumbers();
  const [first, ...others] = values;
  return numeric(others.reduce<number>((rest, value) => rest % toNumber(value), toNumber(first)));
}

function extreme(values: readonly unknown[], isBetter: (a: number, b: number) => boolean): number {
  let best: number | undefined;
  for (const value of values) {
    if (typeof value !== 'number') throw notNumbers();
    if (best === undefined || isBetter(value, best)) best = value;
  }
  if (best === undefined) throw notNumbers();
  return best;
}

/** `value` as a number, `NaN` for a string without one. Throws for a list and an object. */
function toNumber(value: unknown): number {
  if (typeof value === 'object' && value !== null) throw notNumbers();
  return +(value as number);
}

function numeric(value: number): number {
  if (Number.isNaN(value)) throw notNumbers();
  return value;
}

function notNumbers(): TargetingError {
  return new TargetingError('arithmetic needs numbers');
}
