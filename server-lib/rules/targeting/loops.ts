import type { Json } from '../rules-document.ts';
import { type Compiled, EMPTY, failing, NOWHERE, type Reader, reader, TargetingError } from './expression.ts';
import { Loop } from './loop.ts';
import { charge } from './meter.ts';
import type { Place } from './place.ts';
import { ownField, truthy } from './values.ts';

type Compile = (logic: Json, place: Place) => Compiled;

/** A loop's compiled operands. */
interface Body {
  readonly list: Reader;
  readonly each: Reader;
  /** How many steps one item counts. */
  readonly steps: number;
  readonly flagKey: string;
}

/** The operators that evaluate an expression for each item of a list. They compile their operands with `compileLazily`. */
export const LOOPS: ReadonlyMap<string, (args: Json, place: Place, compile: Compile) => Reader> = new Map([
  ['map', looped(mapped)],
  ['filter', looped(filtered)],
  ['some', looped(someOf)],
  ['none', looped((body) => negated(someOf(body)))],
  ['all', looped(allOf)],
  ['every', looped(allOf)],
  ['reduce', reduction],
]);

function looped(run: (body: Body) => Reader): (args: Json, place: Place, compile: Compile) => Reader {
  return (args, place, compile) => {
    place.rule.isMetered = true;
    return Array.isArray(args) ? run(bodyOf(args, place, compile)) : failing(notAList());
  };
}

function bodyOf(args: readonly Json[], place: Place, compile: Compile): Body {
  const { rule, flagKey } = place;
  const list = reader(compile(args[0] as Json, place));
  const before = rule.operations;
  const each = reader(compile(args[1] as Json, { ...place, isInLoop: true }));
  return { list, each, steps: 1 + rule.operations - before, flagKey };
}

function mapped({ list, each, steps, flagKey }: Body): Reader {
  return (data, scope) => {
    const items = listIn(list(data, scope));
    const loop = new Loop(items, data, scope, flagKey);
    return items.map((item, index) => {
      charge(steps);
      loop.index = index;
      return each(item, loop);
    });
  };
}

function filtered({ list, each, steps, flagKey }: Body): Reader {
  return (data, scope) => {
    const items = listIn(list(data, scope));
    const loop = new Loop(items, data, scope, flagKey);
    return items.filter((item, index) => {
      charge(steps);
      loop.index = index;
      return truthy(each(item, loop));
    });
  };
}

function listIn(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value) throw notAList();
  return [];
}

function someOf({ list, each, steps, flagKey }: Body): Reader {
  return (data, scope) => {
    const items = list(data, scope) || [];
    const loop = new Loop(items, data, scope, flagKey);
    for (let at = 0; at < lengthOf(items); at++) {
      charge(steps);
      if (truthy(each(itemOf(items, at), loop))) return true;
    }
    return false;
  };
}

function allOf({ list, each, steps, flagKey }: Body): Reader {
  return (data, scope) => {
    const items = list(data, scope) || [];
    if (Array.isArray(items) && items.length === 0) return false;
    const loop = new Loop(items, data, scope, flagKey);
    for (let at = 0; at < lengthOf(items); at++) {
      charge(steps);
      if (!truthy(each(itemOf(items, at), loop))) return false;
    }
    return true;
  };
}

// `some`, `none` and `all` also accept a string, and any object with a length.
function lengthOf(items: unknown): number {
  return ownField(items, 'length') as number;
}

function itemOf(items: unknown, at: number): unknown {
  return Array.isArray(items) ? items[at] : ownField(items, String(at));
}

function negated(read: Reader): Reader {
  return (data, scope) => !read(data, scope);
}

function reduction(args: Json, place: Place, compile: Compile): Reader {
  place.rule.isMetered = true;
  if (!Array.isArray(args)) return failing(notAList());
  const { list, each, steps, flagKey } = bodyOf(args, place, compile);
  const { isInLoop } = place;
  const start = args[2] === undefined ? undefined : reader(compile(args[2], place));
  return (data, scope) => {
    const isKnown = scope === NOWHERE;
    const first = flat(isKnown ? start?.(isInLoop ? {} : undefined, EMPTY) : start?.(data, scope));
    const items = listIn(list(data, scope));
    const loop = new Loop(items, data, scope, flagKey);
    const next = (accumulator: unknown, current: unknown): unknown => {
      charge(steps);
      return flat(each({ accumulator, current }, loop));
    };
    // Without a start value the first item is taken; an empty list then throws.
    return first === undefined ? items.reduce(next) : items.reduce(next, first);
  };
}

/** `value`, which may be a list or an object, but not one of lists or objects. */
function flat(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  charge(items.length / 8);
  if (items.some((item) => typeof item === 'object' && item !== null)) {
    throw new TargetingError('"reduce" collects no lists and objects in each other');
  }
  return value;
}

function notAList(): TargetingError {
  return new TargetingError('a loop needs a list, and what to do with each item');
}
