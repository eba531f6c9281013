import { type Compiled, Constant, hasContext, type Reader, reader, TargetingError } from './expression.ts';
import type { Place } from './place.ts';
import { semVerAgainst } from './sem-ver.ts';

/** Compiles the most common operations so that they create no list of operands; `undefined` for all others. */
export function shortcut(operator: string, parts: readonly Compiled[], { isInLoop }: Place): Reader | undefined {
  const [first, second, third] = parts;
  if (first === undefined || second === undefined) return undefined;
  const left = reader(first);
  if (operator === 'in' && parts.length === 2) return listed(left, second);
  if (isInLoop) return undefined;
  if (operator === 'starts_with' && parts.length === 2)
    return ofStrings(left, reader(second), (a, b) => a.startsWith(b));
  if (operator === 'ends_with' && parts.length === 2) return ofStrings(left, reader(second), (a, b) => a.endsWith(b));
  const isSettled = second instanceof Constant && third instanceof Constant && parts.length === 3;
  return operator === 'sem_ver' && isSettled ? ofVersions(left, second.value, third.value) : undefined;
}

// A long list of users is looked up, not searched.
function listed(item: Reader, list: Compiled): Reader | undefined {
  if (!(list instanceof Constant) || !Array.isArray(list.value)) return undefined;
  const members = new Set(list.value);
  return (data, scope) => members.has(item(data, scope));
}

function ofStrings(left: Reader, right: Reader, compare: (left: string, right: string) => boolean): Reader {
  return (data, scope) => {
    const [one, other] = [left(data, scope), right(data, scope)];
    if (!hasContext(scope)) throw new TargetingError('there is nobody to evaluate for');
    return typeof one === 'string' && typeof other === 'string' ? compare(one, other) : null;
  };
}

function ofVersions(left: Reader, comparison: unknown, version: unknown): Reader {
  const compare = semVerAgainst(comparison, version);
  return (data, scope) => {
    const value = left(data, scope);
    if (!hasContext(scope)) throw new TargetingError('there is nobody to evaluate for');
    return compare(value);
  };
}
