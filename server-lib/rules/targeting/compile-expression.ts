import { isForeignObject, own } from '../../wire/foreign-json.ts';
import type { Json } from '../rules-document.ts';
import { COMPARISONS, chain, metered } from './comparison.ts';
import { attempt, takeApart, threeOperands } from './conditional.ts';
import { Determinism, WORTH_KEEPING } from './determinism.ts';
import { type Compiled, Constant, failing, NOWHERE, type Reader, reader, TargetingError } from './expression.ts';
import { LOOPS } from './loops.ts';
import { charge } from './meter.ts';
import { OPERATORS } from './operators.ts';
import type { Place } from './place.ts';
import { shortcut } from './shortcuts.ts';
import { truthy } from './values.ts';
import { variable } from './variable.ts';

type Operation = { readonly [operator: string]: Json };
type Compile = (logic: Json, place: Place) => Compiled;

/** The maximum number of operations in a rule. An evaluator that is used twice counts twice. */
export const MAX_OPERATIONS = 100_000;

/** Compiles the expressions of one rule. docs/rules.md says where they differ from flagd's. */
export class ExpressionCompiler {
  readonly #determinism: Determinism = new Determinism();
  readonly #known: Map<object, Known> = new Map();

  /**
   * Compiles `logic` to a function, or to its value if it is constant. Throws if the constant part of it fails: then every
   * evaluation fails.
   */
  readonly compile: Compile = (logic, place) => {
    if (typeof logic !== 'object' || logic === null) return new Constant(logic);
    return this.#once(logic, place);
  };

  /** Like `compile`, but an error at compile time is thrown by the evaluations that reach this expression. */
  readonly compileLazily: Compile = (logic, place) => attempt(() => this.compile(logic, place), failing);

  isDeterministic(logic: Json): boolean {
    return this.#determinism.of(logic, false);
  }

  #list(list: readonly Json[], place: Place): Compiled {
    if (list.every((item) => typeof item !== 'object' || item === null)) return new Constant(list);
    const parts = list.map((item) => this.compile(item, place));
    if (parts.every((part) => part instanceof Constant)) return new Constant(parts.map(({ value }) => value));
    return valuesOf(parts);
  }

  // An evaluator that is used twice is compiled once and counted twice.
  #once(logic: readonly Json[] | Operation, place: Place): Compiled {
    const known = this.#known.get(logic);
    if (known?.isInLoop === place.isInLoop) {
      place.rule.operations += known.operations;
      return known.compiled;
    }
    if (++place.rule.operations > MAX_OPERATIONS) throw TOO_MANY_OPERATIONS;
    const before = place.rule.operations - 1;
    const compiled = Array.isArray(logic) ? this.#list(logic, place) : this.#operation(logic as Operation, place);
    const operations = place.rule.operations - before;
    if (operations > WORTH_KEEPING) this.#known.set(logic, { compiled, operations, isInLoop: place.isInLoop });
    return compiled;
  }

  #operation(logic: Operation, place: Place): Compiled {
    const [operator, ...others] = Object.keys(logic);
    if (operator === undefined) return new Constant(logic);
    const idiom = this.#idiom(logic, [operator, ...others], place);
    if (idiom !== undefined) return idiom;
    if (others.length > 0) throw new TargetingError('an operation has one operator');
    const isDeterministic = this.isDeterministic(logic);
    const read = this.#reader(operator, logic, place, isDeterministic);
    return isDeterministic ? new Constant(read(undefined, NOWHERE)) : read;
  }

  /** The shapes that json-logic-engine optimizes: they evaluate more of their operands at compile time. */
  #idiom(logic: Operation, operators: readonly string[], place: Place): Compiled | undefined {
    const has = (operator: string): readonly Json[] | undefined => {
      const args = operators.includes(operator) ? logic[operator] : undefined;
      return Array.isArray(args) ? args : undefined;
    };
    if (threeOperands(logic) !== undefined) return this.#conditional(logic, place, false);
    const filter = has('filter');
    if (filter?.length === 2) {
      const kept = this.compile(filter[1] as Json, { ...place, isInLoop: true });
      if (kept instanceof Constant)
        return truthy(kept.value) ? this.compile(filter[0] as Json, place) : new Constant([]);
    }
    const comparison =
      operators.length === 1 ? operators[0] : [...COMPARISONS.keys()].find((operator) => isComparison(has(operator)));
    const compare = COMPARISONS.get(comparison ?? '');
    const operands = has(comparison ?? '');
    if (compare !== undefined && operands !== undefined && isComparison(operands)) {
      const parts = operands.map((operand) => this.compile(operand, place));
      return compared(parts, place.isInLoop ? metered(compare) : compare);
    }
    const total = totalIn(has('reduce'));
    return total === undefined ? undefined : this.compile(total, place);
  }

  #reader(operator: string, logic: Operation, place: Place, isDeterministic: boolean): Reader {
    const args = logic[operator] as Json;
    if (operator === 'var') return variable(args, place, this.compile);
    if (operator === 'if' || operator === '?:') {
      if (!Array.isArray(args)) return failing(new TargetingError(`"${operator}" needs a list`));
      return reader(this.#conditional(logic, place, isDeterministic));
    }
    if (operator === 'and' || operator === 'or') return this.#until(operator === 'or', args, place);
    if (COMPARISONS.has(operator)) return this.#chain(operator, args, place);
    const loop = LOOPS.get(operator);
    if (loop !== undefined) return loop(args, place, this.compileLazily);
    return this.#applied(operator, args, place);
  }

  #conditional(logic: Operation, place: Place, isWorkedOut: boolean): Compiled {
    const { branches, otherwise, isDecided } = takeApart<Compiled>(logic, {
      condition: (part) => this.compile(part, place),
      outcome: (part) => this.compile(part, place),
      failing,
      // While the whole conditional is folded, its branches are not folded first.
      isDeterministic: (part) => !(isWorkedOut && part === logic) && this.isDeterministic(part),
    });
    if (isDecided) return otherwise;
    const readers = branches.map(({ condition, outcome }) => ({ condition, outcome: reader(outcome) }));
    return firstThatHolds(readers, reader(otherwise));
  }

  /** `and` stops at the first operand that does not hold, `or` at the first that does; both return that operand's value. */
  #until(stopsAt: boolean, args: Json, place: Place): Reader {
    if (!Array.isArray(args)) return failing(new TargetingError('"and" and "or" need a list'));
    const readers = args.map((arg) => reader(this.compileLazily(arg, place)));
    const [first, second] = readers;
    if (first !== undefined && second !== undefined && readers.length === 2) {
      return (data, scope) => {
        const value = first(data, scope);
        return truthy(value) === stopsAt ? value : second(data, scope);
      };
    }
    return (data, scope) => {
      let value: unknown = null;
      for (const read of readers) {
        value = read(data, scope);
        if (truthy(value) === stopsAt) return value;
      }
      return value;
    };
  }

  #chain(operator: string, args: Json, place: Place): Reader {
    if (!Array.isArray(args) || args.length < 2) return failing(new TargetingError(`"${operator}" needs two operands`));
    const readers = args.map((arg) => reader(this.compileLazily(arg, place)));
    return function inOrder(data, scope) {
      return chain(
        operator,
        (function* () {
          for (const read of readers) yield read(data, scope);
        })(),
      );
    };
  }

  #applied(operator: string, args: Json, place: Place): Reader {
    const found = OPERATORS.get(operator);
    if (found === undefined) throw new TargetingError(`there is no operator "${operator}"`);
    const { isUnary, isMetered } = found;
    const apply = found.apply as (
      operands: unknown,
      ...where: Parameters<Reader> | [...Parameters<Reader>, Place]
    ) => unknown;
    place.rule.looksAtUser ||= looksAtUser(operator, args, place);
    const isOne = Array.isArray(args) && args.length === 1 && !Array.isArray(args[0]);
    const operand = isUnary && isOne ? (args[0] as Json) : args;
    if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) {
      const read = reader(this.compile(operand, place));
      place.rule.isMetered ||= isMetered;
      return (data, scope) => {
        const value = read(data, scope);
        if (Array.isArray(value)) charge(value.length / 8);
        return apply(isUnary || Array.isArray(value) ? value : [value], data, scope, place);
      };
    }
    if (!Array.isArray(operand)) {
      const value = isUnary ? operand : [operand];
      return (data, scope) => apply(value, data, scope, place);
    }
    const parts = operand.map((part) => this.compile(part, place));
    const short = shortcut(operator, parts, place);
    if (short !== undefined) return short;
    place.rule.isMetered ||= isMetered;
    const read = valuesOf(parts);
    return (data, scope) => apply(read(data, scope), data, scope, place);
  }
}

/** Whether an operator itself looks at the targeting key, whatever its operands do. */
function looksAtUser(operator: string, args: Json, { isInLoop }: Place): boolean {
  const operands: readonly Json[] = Array.isArray(args) ? args : [args];
  // Without a string of its own to hash, `fractional` hashes the targeting key.
  if (operator === 'fractional') return Array.isArray(operands[0]);
  if (isInLoop || (operator !== 'missing' && operator !== 'missing_some')) return false;
  return operands.flat().some((path) => typeof path === 'object' || String(path).includes('targetingKey'));
}

// Made once: a rule may pass the limit at each of a million places.
const TOO_MANY_OPERATIONS = new TargetingError(`a rule has at most ${MAX_OPERATIONS} operations`);

interface Known {
  readonly compiled: Compiled;
  readonly operations: number;
  readonly isInLoop: boolean;
}

function valuesOf(parts: readonly Compiled[]): Reader {
  const readers = parts.map(reader);
  const [first, second] = readers;
  if (first !== undefined && second !== undefined && readers.length === 2) {
    return (data, scope) => [first(data, scope), second(data, scope)];
  }
  return (data, scope) => readers.map((read) => read(data, scope));
}

function firstThatHolds(
  branches: readonly { readonly condition: Reader; readonly outcome: Reader }[],
  otherwise: Reader,
): Reader {
  return (data, scope) => {
    for (const { condition, outcome } of branches) if (truthy(condition(data, scope))) return outcome(data, scope);
    return otherwise(data, scope);
  };
}

function isComparison(args: readonly Json[] | undefined): boolean {
  return args !== undefined && (args.length === 2 || args.length === 3);
}

function compared(parts: readonly Compiled[], compare: (left: unknown, right: unknown) => boolean): Compiled {
  const [first, second, third] = parts as readonly [Compiled, Compiled, Compiled?];
  const [left, right, last] = [reader(first), reader(second), third && reader(third)];
  const read: Reader =
    last === undefined
      ? (data, scope) => compare(left(data, scope), right(data, scope))
      : (data, scope) => {
          const middle = [left(data, scope), right(data, scope)] as const;
          return compare(middle[0], middle[1]) && compare(middle[1], last(data, scope));
        };
  const isKnown = parts.every((part) => part instanceof Constant);
  return isKnown ? new Constant(read(undefined, NOWHERE)) : read;
}

/** A `reduce` that adds up, or multiplies, as the sum or product that it is. */
function totalIn(args: unknown): Json | undefined {
  if (!Array.isArray(args)) return undefined;
  const [list, each, start] = args as readonly Json[];
  if (each === undefined || each === null) throw new TargetingError('"reduce" needs an expression');
  if (isTotal(each, '+')) return { '+': [{ '+': list as Json }, start || 0] };
  if (isTotal(each, '*')) return { '*': [{ '*': list as Json }, start === undefined ? 1 : start] };
  return undefined;
}

function isTotal(each: Json, operator: '+' | '*'): boolean {
  const operands = isForeignObject(each) ? own(each, operator) : undefined;
  if (!Array.isArray(operands) || operands.length !== 2) return false;
  const names = operands.map((operand) => (isForeignObject(operand) ? own(operand, 'var') : undefined));
  return names.includes('accumulator') && names.includes('current');
}
