import { isForeignObject } from '../wire/foreign-json.ts';
import { fractional } from './fractional.ts';
import { ARITHMETIC, includes, LOOSE, not, STRICT, truthy } from './json-logic.ts';
import type { Json } from './rules-document.ts';
import { semVer } from './sem-ver.ts';
import { endsWith, startsWith } from './string-comparison.ts';
import { applied, Constant, folded, LeftToEngine, type Reader, reader, type Translated } from './translated.ts';
import { variable } from './variable.ts';

/**
 * The shapes that most rules have, as closures: nothing is built and nothing is looked up per evaluation. Everything
 * else throws {@link LeftToEngine}. What an expression is worth is the engine's word; a test compares the two.
 */
export function translate(expression: Json, flagKey: string): Translated {
  if (Array.isArray(expression)) return constantList(expression);
  if (!isForeignObject(expression)) return new Constant(expression);
  const [entry, ...others] = Object.entries<Json>(expression as { readonly [operator: string]: Json });
  const operation = entry && OPERATIONS.get(entry[0]);
  if (entry === undefined || operation === undefined || others.length > 0) throw new LeftToEngine();
  return operation(entry[1], flagKey);
}

/** The condition and the two outcomes of an `if`, which may go on with further conditions. */
export interface Branch<Outcome> {
  readonly condition: Reader;
  readonly outcome: Outcome;
}

/** An `if` taken apart: its branches in order, and what holds where no condition does. */
export function branches(args: Json, flagKey: string): { branches: readonly Branch<Json>[]; otherwise: Json } {
  const list = operands(args, 1);
  const last = list.length % 2 === 1 ? (list.at(-1) as Json) : null;
  const pairs = Array.from({ length: Math.floor(list.length / 2) }, (_, at) => ({
    condition: reader(translate(list[at * 2] as Json, flagKey)),
    outcome: list[at * 2 + 1] as Json,
  }));
  return { branches: pairs, otherwise: last };
}

type Operation = (args: Json, flagKey: string) => Translated;

// JSON Logic lets an operator with one operand go without the list around it; not one of these is written so.
function operands(args: Json, least: number, most: number = Number.POSITIVE_INFINITY): readonly Json[] {
  if (!Array.isArray(args) || args.length < least || args.length > most) throw new LeftToEngine();
  return args;
}

function each(args: readonly Json[], flagKey: string): Translated[] {
  return args.map((arg) => translate(arg, flagKey));
}

function constantList(values: readonly Json[]): Constant {
  if (values.some((value) => typeof value === 'object' && value !== null)) throw new LeftToEngine();
  return new Constant(values);
}

function ofTwo(operation: (left: unknown, right: unknown) => unknown): Operation {
  return (args, flagKey) => applied(each(operands(args, 2, 2), flagKey), operation);
}

const conditional: Operation = (args, flagKey) => {
  const parts = each(operands(args, 1), flagKey);
  const readers = parts.map(reader);
  const otherwise = readers.length % 2 === 1 ? (readers.pop() as Reader) : reader(new Constant(null));
  let read = otherwise;
  for (let at = readers.length - 2; at >= 0; at -= 2) {
    const [condition, chosen, rest] = [readers[at] as Reader, readers[at + 1] as Reader, read];
    read = (key, subject) => (truthy(condition(key, subject)) ? chosen : rest)(key, subject);
  }
  return folded(parts, read);
};

/** `and` stops at the first operand that does not hold, `or` at the first that does; both give what they stopped at. */
function until(stopsAt: boolean): Operation {
  return (args, flagKey) => {
    const parts = each(operands(args, 1), flagKey);
    const readers = parts.map(reader);
    const last = readers.pop() as Reader;
    const read = readers.reduceRight<Reader>((rest, one) => {
      return (key, subject) => {
        const value = one(key, subject);
        return Boolean(truthy(value)) === stopsAt ? value : rest(key, subject);
      };
    }, last);
    return folded(parts, read);
  };
}

const negation: Operation = (args, flagKey) => {
  const [operand] = Array.isArray(args) ? operands(args, 1, 1) : [args];
  if (Array.isArray(operand)) throw new LeftToEngine();
  return applied([translate(operand as Json, flagKey)], not);
};

const membership: Operation = (args, flagKey) => {
  const [item, container] = each(operands(args, 2, 2), flagKey) as [Translated, Translated];
  // A long list of users is looked up, not searched.
  if (!(container instanceof Constant) || !Array.isArray(container.value)) return applied([item, container], includes);
  const set = new Set(container.value);
  return applied([item], (value) => set.has(value));
};

// Weights that are worked out at run time: a rollout that grows by the clock.
const distribution: Operation = (args, flagKey) => {
  const entries = operands(args, 1).map((entry): Reader => {
    if (!Array.isArray(entry)) return reader(translate(entry, flagKey));
    const parts = each(entry, flagKey).map(reader);
    return (key, subject) => parts.map((part) => part(key, subject));
  });
  return (key, subject) =>
    fractional(
      entries.map((entry) => entry(key, subject)),
      flagKey,
      key,
    );
};

const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['var', variable],
  ['if', conditional],
  ['and', until(false)],
  ['or', until(true)],
  ['!', negation],
  ['in', membership],
  ['starts_with', ofTwo((...args) => startsWith(args))],
  ['ends_with', ofTwo((...args) => endsWith(args))],
  ['sem_ver', (args, flagKey) => applied(each(operands(args, 3, 3), flagKey), (...values) => semVer(values))],
  ['fractional', distribution],
  ...[...STRICT, ...LOOSE].map(([operator, compare]): [string, Operation] => [operator, ofTwo(compare)]),
  ...[...ARITHMETIC].map(([operator, calculate]): [string, Operation] => [
    operator,
    (args, flagKey) => applied(each(operands(args, 2), flagKey), calculate),
  ]),
]);
