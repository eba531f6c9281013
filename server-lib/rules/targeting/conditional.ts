import { isJsonObject, type Json, ownField } from '../../wire/untrusted-json.ts';
import { isTruthy } from './coercion.ts';
import { type Compiled, Constant, type Reader, throwing, toReader } from './expression.ts';

/** The branches of an `if` and of the `else if`s that follow it. */
export interface Conditional<Outcome> {
  readonly branches: readonly Branch<Outcome>[];
  readonly otherwise: Outcome;
  /** Whether `otherwise` is the only possible outcome. */
  readonly isDecided: boolean;
}

interface Branch<Outcome> {
  readonly condition: Reader;
  readonly outcome: Outcome;
}

/** How the parts of a conditional are compiled. Each function throws if the constant part of its expression fails. */
export interface PartCompiler<Outcome> {
  condition(logic: Json): Compiled;
  outcome(logic: Json): Outcome;
  throwing(error: unknown): Outcome;
  isDeterministic(logic: Json): boolean;
}

/**
 * Splits `if` and `?:` into branches, in a loop: a chain of a thousand `else if`s needs no stack. As in json-logic-engine, an
 * error at compile time fails all of an `if` with three operands, but only the affected branch of any other `if`.
 */
export function flattenConditional<Outcome>(logic: Json, parts: PartCompiler<Outcome>): Conditional<Outcome> {
  return new ConditionalFlattener(parts).flatten(logic);
}

class ConditionalFlattener<Outcome> {
  readonly #parts: PartCompiler<Outcome>;
  readonly #branches: Branch<Outcome>[] = [];
  /** The outcome of a condition that is always true. */
  #certain: { readonly outcome: Outcome } | undefined;
  /** An error at compile time fails the branches from this one on; `undefined`: the whole conditional. */
  #lazyFrom: number | undefined;

  constructor(parts: PartCompiler<Outcome>) {
    this.#parts = parts;
  }

  flatten(logic: Json): Conditional<Outcome> {
    const rest = this.#rest(logic);
    const isDecided = this.#branches.length === 0 && this.#lazyFrom === undefined;
    return { branches: this.#branches, otherwise: (this.#certain ?? rest).outcome, isDecided };
  }

  #rest(logic: Json): { readonly outcome: Outcome } {
    try {
      let rest = logic;
      for (let args = this.#operands(rest); args !== undefined; args = this.#operands(rest)) {
        if (args.length === 3) this.#eager(args[0] as Json, args[1] as Json);
        else if (this.#certain !== undefined) return this.#certain;
        else this.#lazy(args);
        rest = args.length % 2 === 1 ? (args.at(-1) as Json) : null;
      }
      return { outcome: this.#parts.outcome(rest) };
    } catch (error) {
      if (this.#lazyFrom === undefined) throw error;
      this.#branches.length = this.#lazyFrom;
      return { outcome: this.#parts.throwing(error) };
    }
  }

  /** The operands of a conditional that is not constant; `undefined` for everything else. */
  #operands(logic: Json): readonly Json[] | undefined {
    const three = threeOperands(logic);
    if (three !== undefined) return three;
    const [operator, ...others] = isJsonObject(logic) ? Object.keys(logic) : [];
    if ((operator !== 'if' && operator !== '?:') || others.length > 0) return undefined;
    const args = ownField(logic as never, operator);
    return Array.isArray(args) && !this.#parts.isDeterministic(logic) ? args : undefined;
  }

  #eager(condition: Json, chosen: Json): void {
    const compiled = this.#parts.condition(condition);
    const outcome = this.#parts.outcome(chosen);
    if (this.#certain !== undefined) return;
    const isCertain = compiled instanceof Constant && this.#lazyFrom === undefined;
    if (!isCertain) this.#branches.push({ condition: toReader(compiled), outcome });
    else if (isTruthy(compiled.value)) this.#certain = { outcome };
  }

  #lazy(args: readonly Json[]): void {
    for (let at = 0; at + 1 < args.length; at += 2) {
      this.#branches.push({
        condition: tryOr(() => toReader(this.#parts.condition(args[at] as Json)), throwing),
        outcome: tryOr(
          () => this.#parts.outcome(args[at + 1] as Json),
          (error) => this.#parts.throwing(error),
        ),
      });
    }
    this.#lazyFrom = this.#branches.length;
  }
}

/** The operands of an `if` with three operands; json-logic-engine accepts other keys beside it. */
export function threeOperands(logic: Json): readonly Json[] | undefined {
  if (!isJsonObject(logic)) return undefined;
  const args = ownField(logic, 'if') || ownField(logic, '?:');
  return Array.isArray(args) && args.length === 3 ? args : undefined;
}

/** Returns the result of `compile`, or of `failed` if it throws. */
export function tryOr<Result>(compile: () => Result, failed: (error: unknown) => Result): Result {
  try {
    return compile();
  } catch (error) {
    return failed(error);
  }
}
