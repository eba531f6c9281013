import { isForeignObject } from '../wire/foreign-json.ts';
import type { Json } from './rules-document.ts';

/** Whether the targeting key can change what `targeting` comes to; where that cannot be told, it can. */
export function looksAtUser(targeting: Json): boolean {
  if (typeof targeting === 'string') return targeting.includes('targetingKey');
  if (Array.isArray(targeting)) return targeting.some(looksAtUser);
  if (!isForeignObject(targeting)) return false;
  return Object.entries<Json>(targeting as { readonly [operator: string]: Json }).some(
    ([operator, args]) => isAboutUser(operator, args) || looksAtUser(args),
  );
}

function isAboutUser(operator: string, args: Json): boolean {
  const [first] = Array.isArray(args) ? args : [args];
  // Without a string of its own to hash, `fractional` hashes the targeting key.
  if (operator === 'fractional') return Array.isArray(first);
  // The whole context, a path worked out at run time, or steps upwards in one.
  if (operator === 'var' || operator === 'val') return typeof first !== 'string' || !PLAIN_PATH.test(first);
  return false;
}

const PLAIN_PATH = /^(?!.*\.\.\/)[^\\]+$/;
