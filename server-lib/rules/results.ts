import { kindOf, quoted } from '../core/values.ts';
import { toMeteredString } from './targeting/coercion.ts';

/** Why a rule chose a variant: flagd's reasons. */
export type RuleReason = 'STATIC' | 'TARGETING_MATCH' | 'SPLIT' | 'DEFAULT';

/** What a rule's answers are made of; the rule itself does not look into them. */
export interface ResultFactory<Answer> {
  /** A variant of the document's. */
  variant(name: string, reason: RuleReason): Answer;
  /** The flag is switched off. */
  disabled(): Answer;
  /** The rule has no opinion: nothing was chosen, and the document names no default. */
  noVariant(): Answer;
  /** The rule cannot be evaluated. */
  failed(errorCode: 'GENERAL' | 'PARSE_ERROR', what: string, cause?: unknown): Answer;
}

/** The answer for each value that targeting can come to; those that choose a variant are made once. */
export class ResultCache<Answer> {
  readonly #answers: ResultFactory<Answer>;
  readonly #variants: ReadonlyMap<string, unknown>;
  readonly #defaultVariant: string | undefined;
  readonly #made: { -readonly [Reason in RuleReason]?: Map<string, Answer> } = {};

  constructor(
    { variants, defaultVariant }: { variants: ReadonlyMap<string, unknown>; defaultVariant: string | undefined },
    results: ResultFactory<Answer>,
  ) {
    this.#answers = results;
    this.#variants = variants;
    this.#defaultVariant = defaultVariant;
  }

  defaultResult(reason: 'STATIC' | 'DEFAULT'): Answer {
    const name = this.#defaultVariant;
    return name === undefined ? this.#answers.noVariant() : this.#variant(name, reason);
  }

  /** What `value`, which targeting came to, chooses; nothing chooses the default. */
  resultFor(value: unknown, reason: 'TARGETING_MATCH' | 'SPLIT'): Answer {
    if (value === null || value === undefined) return this.defaultResult('DEFAULT');
    const name = toMeteredString(value);
    // It may have come from the visitor, an id or an address: what it is is told, not what it says.
    return this.#variants.has(name) ? this.#variant(name, reason) : this.#unknown(kindOf(name));
  }

  /** The answer for a value that is known beforehand: looked up now, given back at each evaluation. */
  prepare(value: unknown, reason: 'TARGETING_MATCH' | 'SPLIT'): () => Answer {
    const name = value === null || value === undefined ? this.#defaultVariant : toMeteredString(value);
    // A variant that does not exist is a failure, and each failure is told.
    if (name !== undefined && !this.#variants.has(name)) return () => this.#unknown(quoted(name));
    return constantly(this.resultFor(value, reason));
  }

  #variant(name: string, reason: RuleReason): Answer {
    this.#made[reason] ??= new Map();
    const made = this.#made[reason];
    let result = made.get(name);
    if (result === undefined) {
      result = this.#answers.variant(name, reason);
      made.set(name, result);
    }
    return result;
  }

  #unknown(shown: string): Answer {
    return this.#answers.failed('GENERAL', `its targeting chose ${shown}, which is not one of its variants`);
  }
}

// Outside the class, so that the closure keeps the answer in memory and nothing else.
function constantly<Value>(value: Value): () => Value {
  return () => value;
}
