import type { Json } from '../document/rules-document.ts';
import { isTruthy } from './coercion.ts';
import { COMPARISONS, compareChain, compileComparison, isComparisonOperands, meteredComparison } from './comparison.ts';
import { flattenConditional, threeOperands, tryOr } from './conditional.ts';
import {
  type CompileContext,
  type Compiled,
  Constant,
  NO_CONTEXT,
  type Reader,
  TargetingError,
  throwing,
  toReader,
} from './expression.ts';
import { LOOPS, reduceAsTotal } from './loops.ts';
import { charge } from './meter.ts';
import { compileFastPath, OPERATORS } from './operators.ts';
import { compileVariable } from './variable.ts';

type Operation = { readonly [operator: string]: Json };
type Compile = (logic: Json, place: CompileContext) => Compiled;

/** The maximum number of operations in a rule. An evaluator that is used twice counts twice. */
export const MAX_OPERATIONS = 100_000;

/** Compiles the expressions of one rule. docs/rules.md says where they differ from flagd's. */
export class ExpressionCompiler {
  readonly #determinism: DeterminismAnalysis = new DeterminismAnalysis();
  readonly #known: Map<object, CachedExpression> = new Map();

  /**
   * Compiles `logic` to a function, or to its value if it is constant. Throws if the constant part of it fails: then every
   * evaluation fails.
   */
  readonly compile: Compile = (logic, place) => {
    if (typeof logic !== 'object' || logic === null) return new Constant(logic);
    return this.#once(logic, place);
  };

  /** Like `compile`, but an error at compile time is thrown by the evaluations that reach this expression. */
  readonly compileLazily: Compile = (logic, place) => tryOr(() => this.compile(logic, place), throwing);

  isDeterministic(logic: Json): boolean {
    return this.#determinism.isDeterministic(logic, false);
  }

  #list(list: readonly Json[], place: CompileContext): Compiled {
    if (list.every((item) => typeof item !== 'object' || item === null)) return new Constant(list);
    const parts = list.map((item) => this.compile(item, place));
    if (parts.every((part) => part instanceof Constant)) return new Constant(parts.map(({ value }) => value));
    return readAll(parts);
  }

  // An evaluator that is used twice is compiled once and counted twice.
  #once(logic: readonly Json[] | Operation, place: CompileContext): Compiled {
    const known = this.#known.get(logic);
    if (known?.isInLoop === place.isInLoop) {
      place.analysis.operations += known.operations;
      return known.compiled;
    }
    if (++place.analysis.operations > MAX_OPERATIONS) throw TOO_MANY_OPERATIONS;
    const before = place.analysis.operations - 1;
    const compiled = Array.isArray(logic) ? this.#list(logic, place) : this.#operation(logic as Operation, place);
    const operations = place.analysis.operations - before;
    if (operations > MIN_CACHED_SIZE) this.#known.set(logic, { compiled, operations, isInLoop: place.isInLoop });
    return compiled;
  }

  #operation(logic: Operation, place: CompileContext): Compiled {
    const [operator, ...others] = Object.keys(logic);
    if (operator === undefined) return new Constant(logic);
    const idiom = this.#idiom(logic, [operator, ...others], place);
    if (idiom !== undefined) return idiom;
    if (others.length > 0) throw new TargetingError('an operation has one operator');
    const isDeterministic = this.isDeterministic(logic);
    const read = this.#reader(operator, logic, place, isDeterministic);
    return isDeterministic ? new Constant(read(undefined, NO_CONTEXT)) : read;
  }

  /** The shapes that json-logic-engine optimizes: they evaluate more of their operands at compile time. */
  #idiom(logic: Operation, operators: readonly string[], place: CompileContext): Compiled | undefined {
    const has = (operator: string): readonly Json[] | undefined => {
      const args = operators.includes(operator) ? logic[operator] : undefined;
      return Array.isArray(args) ? args : undefined;
    };
    if (threeOperands(logic) !== undefined) return this.#conditional(logic, place, false);
    const filter = has('filter');
    if (filter?.length === 2) {
      const kept = this.compile(filter[1] as Json, { ...place, isInLoop: true });
      if (kept instanceof Constant)
        return isTruthy(kept.value) ? this.compile(filter[0] as Json, place) : new Constant([]);
    }
    const comparison =
      operators.length === 1
        ? operators[0]
        : [...COMPARISONS.keys()].find((operator) => isComparisonOperands(has(operator)));
    const compare = COMPARISONS.get(comparison ?? '');
    const operands = has(comparison ?? '');
    if (compare !== undefined && operands !== undefined && isComparisonOperands(operands)) {
      const parts = operands.map((operand) => this.compile(operand, place));
      return compileComparison(parts, place.isInLoop ? meteredComparison(compare) : compare);
    }
    const total = reduceAsTotal(has('reduce'));
    return total === undefined ? undefined : this.compile(total, place);
  }

  #reader(operator: string, logic: Operation, place: CompileContext, isDeterministic: boolean): Reader {
    const args = logic[operator] as Json;
    if (operator === 'var') return compileVariable(args, place, this.compile);
    if (operator === 'if' || operator === '?:') {
      if (!Array.isArray(args)) return throwing(new TargetingError(`"${operator}" needs a list`));
      return toReader(this.#conditional(logic, place, isDeterministic));
    }
    if (operator === 'and' || operator === 'or') return this.#until(operator === 'or', args, place);
    if (COMPARISONS.has(operator)) return this.#chain(operator, args, place);
    const loop = LOOPS.get(operator);
    if (loop !== undefined) return loop(args, place, this.compileLazily);
    return this.#applied(operator, args, place);
  }

  #conditional(logic: Operation, place: CompileContext, isWorkedOut: boolean): Compiled {
    const { branches, otherwise, isDecided } = flattenConditional<Compiled>(logic, {
      condition: (part) => this.compile(part, place),
      outcome: (part) => this.compile(part, place),
      throwing,
      // While the whole conditional is folded, its branches are not folded first.
      isDeterministic: (part) => !(isWorkedOut && part === logic) && this.isDeterministic(part),
    });
    if (isDecided) return otherwise;
    const readers = branches.map(({ condition, outcome }) => ({ condition, outcome: toReader(outcome) }));
    return ifElseReader(readers, toReader(otherwise));
  }

  /** `and` stops at the first operand that does not hold, `or` at the first that does; both return that operand's value. */
  #until(stopsAt: boolean, args: Json, place: CompileContext): Reader {
    if (!Array.isArray(args)) return throwing(new TargetingError('"and" and "or" need a list'));
    const readers = args.map((arg) => toReader(this.compileLazily(arg, place)));
    const [first, second] = readers;
    if (first !== undefined && second !== undefined && readers.length === 2) {
      return (data, scope) => {
        const value = first(data, scope);
        return isTruthy(value) === stopsAt ? value : second(data, scope);
      };
    }
    return (data, scope) => {
      let value: unknown = null;
      for (const read of readers) {
        value = read(data, scope);
        if (isTruthy(value) === stopsAt) return value;
      }
      return value;
    };
  }

  #chain(operator: string, args: Json, place: CompileContext): Reader {
    if (!Array.isArray(args) || args.length < 2)
      return throwing(new TargetingError(`"${operator}" needs two operands`));
    const readers = args.map((arg) => toReader(this.compileLazily(arg, place)));
    return function inOrder(data, scope) {
      return compareChain(
        operator,
        (function* () {
          for (const read of readers) yield read(data, scope);
        })(),
      );
    };
  }

  #applied(operator: string, args: Json, place: CompileContext): Reader {
    const found = OPERATORS.get(operator);
    if (found === undefined) throw new TargetingError(`there is no operator "${operator}"`);
    const { isUnary, isMetered } = found;
    const apply = found.apply as (
      operands: unknown,
      ...where: Parameters<Reader> | [...Parameters<Reader>, CompileContext]
    ) => unknown;
    place.analysis.dependsOnUser ||= operatorDependsOnUser(operator, args, place);
    const isOne = Array.isArray(args) && args.length === 1 && !Array.isArray(args[0]);
    const operand = isUnary && isOne ? (args[0] as Json) : args;
    if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) {
      const read = toReader(this.compile(operand, place));
      place.analysis.isMetered ||= isMetered;
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
    const short = compileFastPath(operator, parts, place);
    if (short !== undefined) return short;
    place.analysis.isMetered ||= isMetered;
    const read = readAll(parts);
    return (data, scope) => apply(read(data, scope), data, scope, place);
  }
}

/** Whether an operator itself looks at the targeting key, whatever its operands do. */
function operatorDependsOnUser(operator: string, args: Json, { isInLoop }: CompileContext): boolean {
  const operands: readonly Json[] = Array.isArray(args) ? args : [args];
  // Without a string of its own to hash, `fractional` hashes the targeting key.
  if (operator === 'fractional') return Array.isArray(operands[0]);
  if (isInLoop || (operator !== 'missing' && operator !== 'missing_some')) return false;
  return operands.flat().some((path) => typeof path === 'object' || String(path).includes('targetingKey'));
}

// Made once: a rule may pass the limit at each of a million places.
const TOO_MANY_OPERATIONS = new TargetingError(`a rule has at most ${MAX_OPERATIONS} operations`);

interface CachedExpression {
  readonly compiled: Compiled;
  readonly operations: number;
  readonly isInLoop: boolean;
}

function readAll(parts: readonly Compiled[]): Reader {
  const readers = parts.map(toReader);
  const [first, second] = readers;
  if (first !== undefined && second !== undefined && readers.length === 2) {
    return (data, scope) => [first(data, scope), second(data, scope)];
  }
  return (data, scope) => readers.map((read) => read(data, scope));
}

function ifElseReader(
  branches: readonly { readonly condition: Reader; readonly outcome: Reader }[],
  otherwise: Reader,
): Reader {
  return (data, scope) => {
    for (const { condition, outcome } of branches) if (isTruthy(condition(data, scope))) return outcome(data, scope);
    return otherwise(data, scope);
  };
}

/**
 * Whether an expression has the same value in every context, by json-logic-engine's rules. The engine evaluates such an
 * expression at compile time; an error then fails the expression around it.
 */
export class DeterminismAnalysis {
  readonly #outside: Map<object, boolean> = new Map();
  readonly #inLoop: Map<object, boolean> = new Map();
  #visited = 0;

  isDeterministic(logic: Json | undefined, isInLoop: boolean): boolean {
    if (typeof logic !== 'object' || logic === null) return true;
    const known = isInLoop ? this.#inLoop : this.#outside;
    const before = known.get(logic);
    if (before !== undefined) return before;
    const count = ++this.#visited;
    const result = Array.isArray(logic)
      ? logic.every((item) => this.isDeterministic(item, isInLoop))
      : this.#operation(logic as { readonly [operator: string]: Json }, isInLoop);
    if (this.#visited - count > MIN_CACHED_SIZE) known.set(logic, result);
    return result;
  }

  #operation(logic: { readonly [operator: string]: Json }, isInLoop: boolean): boolean {
    const [operator] = Object.keys(logic);
    if (operator === undefined) return true;
    const args = logic[operator] as Json;
    if (NEVER_DETERMINISTIC.has(operator)) return false;
    if (operator === 'var') return isInLoop && !String(args).includes('../../');
    if (operator === 'missing') return Array.isArray(args) && args.length === 0;
    if (!LOOP_OPERATORS.has(operator)) return this.isDeterministic(args, isInLoop);
    if (args === null) throw new TargetingError(`"${operator}" needs a list`);
    // The engine does not check the start value of a "reduce".
    return !Array.isArray(args) || (this.isDeterministic(args[0], isInLoop) && this.isDeterministic(args[1], true));
  }
}

/** An expression of fewer parts is looked at again faster than it is looked up. */
const MIN_CACHED_SIZE = 8;

const NEVER_DETERMINISTIC: ReadonlySet<string> = new Set([
  'missing_some',
  'starts_with',
  'ends_with',
  'sem_ver',
  'fractional',
]);
const LOOP_OPERATORS: ReadonlySet<string> = new Set(['map', 'filter', 'reduce', 'all', 'every', 'none', 'some']);
