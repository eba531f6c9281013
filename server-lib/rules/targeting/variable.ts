import type { Json } from '../rules-document.ts';
import type { Subject } from '../subject.ts';
import { contextObject, flagdProperties, timestamp } from './context.ts';
import {
  type Compiled,
  Constant,
  hasContext,
  type LoopScope,
  type Reader,
  type Scope,
  TargetingError,
} from './expression.ts';
import { Loop } from './loop.ts';
import type { Place } from './place.ts';
import { counted, ownField, textOf } from './values.ts';

/** Compiles `{ "var": path }` and `{ "var": [path, fallback] }`; the path may be an expression. */
export function variable(args: Json, place: Place, compile: (logic: Json, place: Place) => Compiled): Reader {
  const operand = Array.isArray(args) && args.length === 1 && !Array.isArray(args[0]) ? (args[0] as Json) : args;
  const compiled = compile(operand, place);
  if (!(compiled instanceof Constant)) {
    place.rule.isMetered = true;
    place.rule.looksAtUser = true;
    return (data, scope) => found(compiled(data, scope), data, scope, place);
  }
  const path = compiled.value;
  if (Array.isArray(operand)) return withFallback((path as unknown[])[0], (path as unknown[])[1], place);
  // As in flagd-core, a constant expression that gives a list is one name.
  if (Array.isArray(path) && !path.includes('.') && !path.includes('\\')) return oneStep(textOf(path), place);
  if (!path) place.rule.looksAtUser ||= !place.isInLoop;
  if (!path) return (data, scope) => usable(wholeContext(data, scope, place));
  if (typeof path === 'number') return oneStep(String(path), place);
  if (typeof path !== 'string') throw new TargetingError('"var" needs a path');
  return ofPath(path, place);
}

function ofPath(path: string, place: Place): Reader {
  if (!path.includes('.') && !path.includes('\\')) return oneStep(path, place);
  const provided = flagdVariable(path, place);
  if (provided !== undefined) return provided;
  const steps = splitPath(path);
  if (path.startsWith('../') || steps.length < 2 || steps.length > 3) {
    place.rule.looksAtUser ||= reachesUser(steps[0], path, place);
    return (data, scope) => found(path, data, scope, place);
  }
  const [first, ...rest] = steps as [string, ...string[]];
  const outer = field(first, place);
  // As in flagd-core, a path of two or three steps stops at an empty value, such as 0 or "", and returns it.
  return (data, scope) => {
    let value = place.isInLoop && !data ? data : outer(data, scope);
    for (let at = 0; at < rest.length && value; at++) value = ownField(value, rest[at] as string);
    return usable(value);
  };
}

function oneStep(name: string, place: Place): Reader {
  const read = field(name, place);
  if (place.isInLoop) return (data, scope) => (data ? usable(read(data, scope)) : null);
  return (data, scope) => usable(read(data, scope));
}

function withFallback(path: unknown, fallback: unknown, place: Place): Reader {
  const isName = typeof path === 'string' && path !== '' && !/[.\\]/.test(path);
  if (!isName || place.isInLoop) {
    const args = [path, fallback];
    const text = path === undefined || path === null ? '' : textOf(path);
    place.rule.looksAtUser ||= reachesUser(splitPath(text)[0], text, place);
    return (data, scope) => found(args, data, scope, place);
  }
  const read = field(path, place);
  const otherwise = fallback === undefined ? null : fallback;
  return (data, scope) => {
    const value = read(data, scope);
    return value === undefined ? otherwise : usable(value);
  };
}

/** A reader of one name of the context: `undefined` where it is missing. */
function field(name: string, place: Place): Reader {
  if (place.isInLoop) return (data) => ownField(data, name);
  const { flagKey } = place;
  if (name === 'targetingKey') {
    place.rule.looksAtUser = true;
    return (targetingKey) => targetingKey;
  }
  if (name === '$flagd') return (data, scope) => contextField(name, data, scope, flagKey);
  return (_key, scope) => ownField((scope as Subject).attributes, name);
}

/** Whether a path finds the targeting key, or the whole context. */
function reachesUser(first: string | undefined, path: string, { isInLoop }: Place): boolean {
  return isInLoop ? path.startsWith('../') : first === undefined || first === 'targetingKey';
}

/** The context's own `name`, at the top of a rule. */
export function contextField(name: string, targetingKey: unknown, scope: Scope, flagKey: string): unknown {
  if (name === 'targetingKey') return targetingKey;
  if (name === '$flagd') return hasContext(scope) ? flagdProperties(flagKey) : undefined;
  return ownField((scope as Subject).attributes, name);
}

/** `$flagd.timestamp` and the like, without the object; `undefined` for every other path. */
function flagdVariable(path: string, place: Place): Reader | undefined {
  const { flagKey, isInLoop } = place;
  if (isInLoop) return undefined;
  if (path === '$flagd.flagKey') return (_key, scope) => (hasContext(scope) ? flagKey : null);
  if (path === '$flagd.timestamp') return (_key, scope) => (hasContext(scope) ? timestamp() : null);
  return undefined;
}

function wholeContext(data: unknown, scope: Scope, { flagKey }: Place): unknown {
  return scope instanceof Loop ? data : contextObject(data, scope as Subject, flagKey);
}

/** `var` on evaluated operands. */
function found(args: unknown, data: unknown, scope: Scope, place: Place): unknown {
  const [path, fallback] = Array.isArray(args) ? args : [args];
  const isUp = typeof path === 'string' && path.startsWith('../') && scope instanceof Loop;
  const [key, around] = isUp ? climbed(path, scope) : [path, data];
  const isTop = !isUp && !place.isInLoop;
  const steps = key === undefined || key === null ? [] : splitPath(counted(textOf(key)));
  if (steps.length === 0) return usable(isTop ? wholeContext(data, scope, place) : around);
  let value = around;
  for (const [at, step] of steps.entries()) {
    value = at === 0 && isTop ? contextField(step, data, scope, place.flagKey) : ownField(value, step);
    if (value === undefined) return fallback === undefined ? null : fallback;
  }
  return typeof value === 'function' ? null : value;
}

/** Goes one step outwards for each `../` at the start of `path`; returns the rest of `path` and the value there. */
function climbed(path: string, scope: LoopScope): readonly [string, unknown] {
  let rest = path;
  let loop: LoopScope | undefined = scope;
  let around: unknown;
  for (let step = 0; loop !== undefined && rest.startsWith('../'); step++) {
    rest = rest.slice(3);
    if (step > 0 && step % 2 === 0) loop = loop.outer;
    around = step % 2 === 0 ? loop?.first : loop?.around;
  }
  return [rest, around];
}

function usable(value: unknown): unknown {
  return value === undefined || typeof value === 'function' ? null : value;
}

/** The names in a path: they stand between dots; `\.` is a dot in a name, `\\` a backslash. */
export function splitPath(path: string): readonly string[] {
  const steps: string[] = [];
  let step = '';
  for (let at = 0; at < path.length; at++) {
    const character = path[at] as string;
    const next = path[at + 1];
    if (character === '\\' && (next === '.' || next === '/' || next === '\\')) {
      step += next;
      at++;
    } else if (character === '.') {
      steps.push(step);
      step = '';
    } else step += character;
  }
  // "." is one step, not two.
  if (steps.length !== path.length) steps.push(step);
  return steps;
}
