import { isJsonObject, type Json, ownField } from '../../wire/untrusted-json.ts';
import { isTruthy, ownProperty } from './coercion.ts';
import {
  type CompileContext,
  type Compiled,
  EMPTY_CONTEXT,
  Loop,
  NO_CONTEXT,
  type Reader,
  TargetingError,
  throwing,
  toReader,
} from './expression.ts';
import { charge } from './meter.ts';

type Compile = (logic: Json, context: CompileContext) => Compiled;

/** A loop's compiled operands. */
interface LoopBody {
  readonly list: Reader;
  readonly each: Reader;
  /** How many steps each item counts. */
  readonly steps: number;
  readonly flagKey: string;
}

/** The operators that evaluate an expression for each item of a list. They compile their operands with `compileLazily`. */
export const LOOPS: ReadonlyMap<string, (args: Json, context: CompileContext, compile: Compile) => Reader> = new Map([
  ['map', loopOperator(compileMap)],
  ['filter', loopOperator(compileFilter)],
  ['some', loopOperator(compileSome)],
  ['none', loopOperator((body) => negated(compileSome(body)))],
  ['all', loopOperator(compileAll)],
  ['every', loopOperator(compileAll)],
  ['reduce', compileReduce],
]);

function loopOperator(
  run: (body: LoopBody) => Reader,
): (args: Json, context: CompileContext, compile: Compile) => Reader {
  return (args, context, compile) => {
    context.analysis.isMetered = true;
    return Array.isArray(args) ? run(compileBody(args, context, compile)) : throwing(notAListError());
  };
}

function compileBody(args: readonly Json[], context: CompileContext, compile: Compile): LoopBody {
  const { analysis, flagKey } = context;
  const list = toReader(compile(args[0] as Json, context));
  const before = analysis.operations;
  const each = toReader(compile(args[1] as Json, { ...context, isInLoop: true }));
  return { list, each, steps: 1 + analysis.operations - before, flagKey };
}

function compileMap({ list, each, steps, flagKey }: LoopBody): Reader {
  return (data, scope) => {
    const items = toList(list(data, scope));
    const loop = new Loop(items, data, scope, flagKey);
    return items.map((item, index) => {
      charge(steps);
      loop.itemIndex = index;
      return each(item, loop);
    });
  };
}

function compileFilter({ list, each, steps, flagKey }: LoopBody): Reader {
  return (data, scope) => {
    const items = toList(list(data, scope));
    const loop = new Loop(items, data, scope, flagKey);
    return items.filter((item, index) => {
      charge(steps);
      loop.itemIndex = index;
      return isTruthy(each(item, loop));
    });
  };
}

function toList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value) throw notAListError();
  return [];
}

function compileSome({ list, each, steps, flagKey }: LoopBody): Reader {
  return (data, scope) => {
    const items = list(data, scope) || [];
    const loop = new Loop(items, data, scope, flagKey);
    for (let at = 0; at < lengthOf(items); at++) {
      charge(steps);
      if (isTruthy(each(itemOf(items, at), loop))) return true;
    }
    return false;
  };
}

function compileAll({ list, each, steps, flagKey }: LoopBody): Reader {
  return (data, scope) => {
    const items = list(data, scope) || [];
    if (Array.isArray(items) && items.length === 0) return false;
    const loop = new Loop(items, data, scope, flagKey);
    for (let at = 0; at < lengthOf(items); at++) {
      charge(steps);
      if (!isTruthy(each(itemOf(items, at), loop))) return false;
    }
    return true;
  };
}

// `some`, `none` and `all` also accept a string, and any object with a length.
function lengthOf(items: unknown): number {
  return ownProperty(items, 'length') as number;
}

function itemOf(items: unknown, at: number): unknown {
  return Array.isArray(items) ? items[at] : ownProperty(items, String(at));
}

function negated(read: Reader): Reader {
  return (data, scope) => !read(data, scope);
}

function compileReduce(args: Json, context: CompileContext, compile: Compile): Reader {
  context.analysis.isMetered = true;
  if (!Array.isArray(args)) return throwing(notAListError());
  const { list, each, steps, flagKey } = compileBody(args, context, compile);
  const { isInLoop } = context;
  const start = args[2] === undefined ? undefined : toReader(compile(args[2], context));
  return (data, scope) => {
    const isFolding = scope === NO_CONTEXT;
    const first = assertFlat(isFolding ? start?.(isInLoop ? {} : undefined, EMPTY_CONTEXT) : start?.(data, scope));
    const items = toList(list(data, scope));
    const loop = new Loop(items, data, scope, flagKey);
    const next = (accumulator: unknown, current: unknown): unknown => {
      charge(steps);
      return assertFlat(each({ accumulator, current }, loop));
    };
    // Without a start value, the first item is used; an empty list then throws.
    return first === undefined ? items.reduce(next) : items.reduce(next, first);
  };
}

/** Returns `value`. Throws if it is a list or an object that contains lists or objects. */
function assertFlat(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  charge(items.length / 8);
  if (items.some((item) => typeof item === 'object' && item !== null)) {
    throw new TargetingError('"reduce" must not return nested lists or objects');
  }
  return value;
}

function notAListError(): TargetingError {
  return new TargetingError('a loop needs a list and an expression for its items');
}

/** Rewrites a `reduce` that adds or multiplies the items to `+` or `*`; `undefined` for any other. */
export function reduceAsTotal(args: unknown): Json | undefined {
  if (!Array.isArray(args)) return undefined;
  const [list, each, start] = args as readonly Json[];
  if (each === undefined || each === null) throw new TargetingError('"reduce" needs an expression');
  if (isTotal(each, '+')) return { '+': [{ '+': list as Json }, start || 0] };
  if (isTotal(each, '*')) return { '*': [{ '*': list as Json }, start === undefined ? 1 : start] };
  return undefined;
}

function isTotal(each: Json, operator: '+' | '*'): boolean {
  const operands = isJsonObject(each) ? ownField(each, operator) : undefined;
  if (!Array.isArray(operands) || operands.length !== 2) return false;
  const names = operands.map((operand) => (isJsonObject(operand) ? ownField(operand, 'var') : undefined));
  return names.includes('accumulator') && names.includes('current');
}
