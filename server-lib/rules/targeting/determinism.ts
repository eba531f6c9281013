import type { Json } from '../rules-document.ts';
import { TargetingError } from './expression.ts';

/**
 * Whether an expression has the same value in every context, by json-logic-engine's rules. The engine evaluates such an
 * expression at compile time; an error then fails the expression around it.
 */
export class Determinism {
  readonly #outside: Map<object, boolean> = new Map();
  readonly #inLoop: Map<object, boolean> = new Map();
  #visited = 0;

  of(logic: Json | undefined, isInLoop: boolean): boolean {
    if (typeof logic !== 'object' || logic === null) return true;
    const known = isInLoop ? this.#inLoop : this.#outside;
    const before = known.get(logic);
    if (before !== undefined) return before;
    const count = ++this.#visited;
    const answer = Array.isArray(logic)
      ? logic.every((item) => this.of(item, isInLoop))
      : this.#operation(logic as { readonly [operator: string]: Json }, isInLoop);
    if (this.#visited - count > WORTH_KEEPING) known.set(logic, answer);
    return answer;
  }

  #operation(logic: { readonly [operator: string]: Json }, isInLoop: boolean): boolean {
    const [operator] = Object.keys(logic);
    if (operator === undefined) return true;
    const args = logic[operator] as Json;
    if (NEVER.has(operator)) return false;
    if (operator === 'var') return isInLoop && !String(args).includes('../../');
    if (operator === 'missing') return Array.isArray(args) && args.length === 0;
    if (!LOOPS.has(operator)) return this.of(args, isInLoop);
    if (args === null) throw new TargetingError(`"${operator}" needs a list`);
    // The engine does not check the start value of a "reduce".
    return !Array.isArray(args) || (this.of(args[0], isInLoop) && this.of(args[1], true));
  }
}

/** An expression of fewer parts is looked at again faster than it is looked up. */
export const WORTH_KEEPING = 8;

const NEVER: ReadonlySet<string> = new Set(['missing_some', 'starts_with', 'ends_with', 'sem_ver', 'fractional']);
const LOOPS: ReadonlySet<string> = new Set(['map', 'filter', 'reduce', 'all', 'every', 'none', 'some']);
