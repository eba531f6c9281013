import type { Json } from '../../wire/untrusted-json.ts';
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
import { maySplitByUser } from './fractional.ts';
import { LOOPS, reduceAsTotal } from './loops.ts';
import { charge } from './meter.ts';
import { compileFastPath, OPERATORS } from './operators.ts';
import { compileVariable } from './variable.ts';

type Operation = { readonly [operator: string]: Json };
type Compile = (logic: Json, context: CompileContext) => Compiled;

/** The maximum number of operations in a rule. An evaluator that is used twice counts twice. */
export const MAX_OPERATIONS = 100_000;

/** Compiles the expressions of one rule. docs/rules.md says where they differ from flagd's. */
export class ExpressionCompiler {
  readonly #determinism: DeterminismAnalysis = new DeterminismAnalysis();
  readonly #cache: Map<object, CachedExpression> = new Map();

  /**
   * Compiles `logic` to a function, or to its value if it is constant. Throws if the constant part of it fails: then every
   * evaluation fails.
   */
  readonly compile: Compile = (logic, context) => {
    if (typeof logic !== 'object' || logic === null) return new Constant(logic);
    return this.#cached(logic, context);
  };

  /** Like `compile`, but an error at compile time is thrown by the evaluations that reach this expression. */
  readonly compileLazily: Compile = (logic, context) => tryOr(() => this.compile(logic, context), throwing);

  isDeterministic(logic: Json): boolean {
    return this.#determinism.isDeterministic(logic, false);
  }

  #list(list: readonly Json[], context: CompileContext): Compiled {
    if (list.every((item) => typeof item !== 'object' || item === null)) return new Constant(list);
    const parts = list.map((item) => this.compile(item, context));
    if (parts.every((part) => part instanceof Constant)) return new Constant(parts.map(({ value }) => value));
    return readAll(parts);
  }

  // An evaluator that is used twice is compiled once, but its operations count twice.
  #cached(logic: readonly Json[] | Operation, context: CompileContext): Compiled {
    const known = this.#cache.get(logic);
    if (known?.isInLoop === context.isInLoop) {
      context.analysis.operations += known.operations;
      return known.compiled;
    }
    if (++context.analysis.operations > MAX_OPERATIONS) throw TOO_MANY_OPERATIONS;
    const before = context.analysis.operations - 1;
    const compiled = Array.isArray(logic) ? this.#list(logic, context) : this.#operation(logic as Operation, context);
    const operations = context.analysis.operations - before;
    if (operations > MIN_CACHED_SIZE) this.#cache.set(logic, { compiled, operations, isInLoop: context.isInLoop });
    return compiled;
  }

  #operation(logic: Operation, context: CompileContext): Compiled {
    const [operator, ...others] = Object.keys(logic);
    if (operator === undefined) return new Constant(logic);
    const idiom = this.#idiom(logic, [operator, ...others], context);
    if (idiom !== undefined) return idiom;
    if (others.length > 0) throw new TargetingError('an operation has one operator');
    const isDeterministic = this.isDeterministic(logic);
    const read = this.#reader(operator, logic, context, isDeterministic);
    return isDeterministic ? new Constant(read(undefined, NO_CONTEXT)) : read;
  }

  /** The shapes that json-logic-engine optimizes: they evaluate more of their operands at compile time. */
  #idiom(logic: Operation, operators: readonly string[], context: CompileContext): Compiled | undefined {
    const has = (operator: string): readonly Json[] | undefined => {
      const args = operators.includes(operator) ? logic[operator] : undefined;
      return Array.isArray(args) ? args : undefined;
    };
    if (threeOperands(logic) !== undefined) return this.#conditional(logic, context, false);
    const filter = has('filter');
    if (filter?.length === 2) {
      const kept = this.compile(filter[1] as Json, { ...context, isInLoop: true });
      if (kept instanceof Constant)
        return isTruthy(kept.value) ? this.compile(filter[0] as Json, context) : new Constant([]);
    }
    const comparison =
      operators.length === 1
        ? operators[0]
        : [...COMPARISONS.keys()].find((operator) => isComparisonOperands(has(operator)));
    const compare = COMPARISONS.get(comparison ?? '');
    const operands = has(comparison ?? '');
    if (compare !== undefined && operands !== undefined && isComparisonOperands(operands)) {
      const parts = operands.map((operand) => this.compile(operand, context));
      return compileComparison(parts, context.isInLoop ? meteredComparison(compare) : compare);
    }
    const total = reduceAsTotal(has('reduce'));
    return total === undefined ? undefined : this.compile(total, context);
  }

  #reader(operator: string, logic: Operation, context: CompileContext, isDeterministic: boolean): Reader {
    const args = logic[operator] as Json;
    if (operator === 'var') return compileVariable(args, context, this.compile);
    if (operator === 'if' || operator === '?:') {
      if (!Array.isArray(args)) return throwing(new TargetingError(`"${operator}" needs a list`));
      return toReader(this.#conditional(logic, context, isDeterministic));
    }
    if (operator === 'and' || operator === 'or') return this.#andOr(operator === 'or', args, context);
    if (COMPARISONS.has(operator)) return this.#comparisonChain(operator, args, context);
    const loop = LOOPS.get(operator);
    if (loop !== undefined) return loop(args, context, this.compileLazily);
    return this.#operator(operator, args, context);
  }

  #conditional(logic: Operation, context: CompileContext, isFolded: boolean): Compiled {
    const { branches, otherwise, isDecided } = flattenConditional<Compiled>(logic, {
      condition: (part) => this.compile(part, context),
      outcome: (part) => this.compile(part, context),
      throwing,
      // While the whole conditional is folded, its branches are not folded first.
      isDeterministic: (part) => !(isFolded && part === logic) && this.isDeterministic(part),
    });
    if (isDecided) return otherwise;
    const readers = branches.map(({ condition, outcome }) => ({ condition, outcome: toReader(outcome) }));
    return ifElseReader(readers, toReader(otherwise));
  }

  /** `and` stops at the first operand that is false, `or` at the first that is true; both return that operand's value. */
  #andOr(stopsAt: boolean, args: Json, context: CompileContext): Reader {
    if (!Array.isArray(args)) return throwing(new TargetingError('"and" and "or" need a list'));
    const readers = args.map((arg) => toReader(this.compileLazily(arg, context)));
    // Without the form for two operands here and in readAll, and for one `if` in compile-targeting.ts, a gate with five
    // evaluations takes 18 % longer (Node 20).
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

  #comparisonChain(operator: string, args: Json, context: CompileContext): Reader {
    if (!Array.isArray(args) || args.length < 2)
      return throwing(new TargetingError(`"${operator}" needs two operands`));
    const readers = args.map((arg) => toReader(this.compileLazily(arg, context)));
    return function inOrder(data, scope) {
      return compareChain(
        operator,
        (function* () {
          for (const read of readers) yield read(data, scope);
        })(),
      );
    };
  }

  #operator(operator: string, args: Json, context: CompileContext): Reader {
    const found = OPERATORS.get(operator);
    if (found === undefined) throw new TargetingError(`there is no operator "${operator}"`);
    const { isUnary, isMetered } = found;
    const apply = found.apply as (
      operands: unknown,
      ...where: Parameters<Reader> | [...Parameters<Reader>, CompileContext]
    ) => unknown;
    context.analysis.dependsOnUser ||= operatorDependsOnUser(operator, args, context);
    const isOne = Array.isArray(args) && args.length === 1 && !Array.isArray(args[0]);
    const operand = isUnary && isOne ? (args[0] as Json) : args;
    if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) {
      const read = toReader(this.compile(operand, context));
      context.analysis.isMetered ||= isMetered;
      return (data, scope) => {
        const value = read(data, scope);
        if (Array.isArray(value)) charge(value.length / 8);
        return apply(isUnary || Array.isArray(value) ? value : [value], data, scope, context);
      };
    }
    if (!Array.isArray(operand)) {
      const value = isUnary ? operand : [operand];
      return (data, scope) => apply(value, data, scope, context);
    }
    const parts = operand.map((part) => this.compile(part, context));
    const short = compileFastPath(operator, parts, context);
    if (short !== undefined) return short;
    context.analysis.isMetered ||= isMetered;
    const read = readAll(parts);
    return (data, scope) => apply(read(data, scope), data, scope, context);
  }
}

/** Whether an operator itself uses the targeting key, regardless of its operands. */
function operatorDependsOnUser(operator: string, args: Json, { isInLoop }: CompileContext): boolean {
  const operands: readonly Json[] = Array.isArray(args) ? args : [args];
  if (operator === 'fractional') return maySplitByUser(operands[0]);
  if (isInLoop || (operator !== 'missing' && operator !== 'missing_some')) return false;
  return operands.flat().some((path) => typeof path === 'object' || String(path).includes('targetingKey'));
}

// Created once: a rule may exceed the limit at each of a million expressions.
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
class DeterminismAnalysis {
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

/** For an expression of fewer parts, a lookup takes longer than another analysis. */
const MIN_CACHED_SIZE = 8;

const NEVER_DETERMINISTIC: ReadonlySet<string> = new Set([
  'missing_some',
  'starts_with',
  'ends_with',
  'sem_ver',
  'fractional',
]);
const LOOP_OPERATORS: ReadonlySet<string> = new Set(['map', 'filter', 'reduce', 'all', 'every', 'none', 'some']);
