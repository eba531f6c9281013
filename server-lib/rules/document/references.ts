import { isJsonObject, ownField } from '../../wire/untrusted-json.ts';

/**
 * Returns a copy of a value with its references resolved. Throws {@link TooManyParts} if the copy has more than `maxParts`
 * values (default: a million).
 */
export type ResolveRefs = (value: unknown, maxParts?: number) => unknown;

/** Thrown if a value is too large with its references resolved: nested references can double it at each level. */
export class TooManyParts extends Error {}

const MAX_PARTS = 1_000_000;

/**
 * Creates a function that replaces each `{ "$ref": name }` by the evaluator of that name. As in flagd, an evaluator can only
 * refer to later ones, so references cannot form a cycle. A reference to an unknown evaluator is left unchanged. An
 * evaluator that is used twice is the same object twice: if it were copied, a few lines could fill the memory.
 */
export function createRefResolver(document: unknown): ResolveRefs {
  const evaluators = isJsonObject(document) ? ownField(document, '$evaluators') : undefined;
  const names = isJsonObject(evaluators) ? Object.keys(evaluators) : [];
  if (names.length === 0) return (value) => value;
  const indexes = new Map(names.map((name, index) => [name, index]));
  const resolved: { readonly value: unknown; readonly parts: number }[] = [];
  for (let at = names.length - 1; at >= 0; at--) {
    resolved[at] = copyResolved(ownField(evaluators as never, names[at] as string), at + 1);
  }
  return (value, maxParts = MAX_PARTS) => {
    const copy = copyResolved(value, 0);
    if (copy.parts > maxParts) throw new TooManyParts('it has more than a million values with its references resolved');
    return copy.value;
  };

  // An explicit stack, because a document may be nested more deeply than the call stack allows.
  function copyResolved(root: unknown, from: number): { readonly value: unknown; readonly parts: number } {
    let parts = 1;
    const top: [unknown] = [root];
    const pending: (readonly [Record<string | number, unknown>, string | number])[] = [[top as never, 0]];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const [holder, key] = next;
      const value = holder[key];
      if (typeof value !== 'object' || value === null) continue;
      const index = indexes.get(refName(value) ?? '');
      if (index !== undefined && index >= from && refName(value) !== undefined) {
        const evaluator = resolved[index] as { readonly value: unknown; readonly parts: number };
        assign(holder, key, evaluator.value);
        parts += evaluator.parts;
        continue;
      }
      const copy: Record<string | number, unknown> = Array.isArray(value) ? ([...value] as never) : { ...value };
      assign(holder, key, copy);
      const keys = Object.keys(copy);
      parts += keys.length;
      for (const part of keys) pending.push([copy, part]);
    }
    return { value: top[0], parts };
  }
}

function assign(holder: Record<string | number, unknown>, key: string | number, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(holder, key, { value, enumerable: true });
  else holder[key] = value;
}

/** The name in `{ "$ref": name }`; `undefined` for any other object. */
export function refName(value: object): string | undefined {
  const name = ownField(value as never, '$ref');
  return typeof name === 'string' && Object.keys(value).length === 1 ? name : undefined;
}
