import { type Scope, TargetingError } from './expression.ts';
import { charge } from './meter.ts';
import type { Place } from './place.ts';
import { ownField, textOf } from './values.ts';
import { contextField, splitPath } from './variable.ts';

/** `missing` on evaluated operands: the paths that find nothing. */
export function missing(paths: unknown, data: unknown, scope: Scope, place: Place): readonly unknown[] {
  const list = (paths as readonly unknown[] | string | null | undefined) ?? notAList();
  const found: unknown[] = [];
  if (!list.length) return found;
  for (let at = 0; at < list.length; at++) {
    charge(1);
    if (!exists(textOf(list[at]), data, scope, place)) found.push(list[at]);
  }
  return found;
}

/** `missing_some` on evaluated operands: an empty list if enough paths find something. */
export function missingSome(args: readonly unknown[], data: unknown, scope: Scope, place: Place): readonly unknown[] {
  const [enough, paths] = args as readonly [number, readonly unknown[]];
  const none = missing(paths, data, scope, place);
  return paths.length - none.length >= enough ? [] : none;
}

function exists(path: string, data: unknown, scope: Scope, place: Place): boolean {
  let value = data;
  for (const [at, step] of splitPath(path).entries()) {
    if (at === 0 && !place.isInLoop) value = contextField(step, data, scope, place.flagKey);
    else value = value ? ownField(value, step) : undefined;
    if (value === undefined) return false;
  }
  return true;
}

function notAList(): never {
  throw new TargetingError('"missing" needs a list of paths');
}
