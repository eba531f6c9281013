/** Why a rule chose a variant: flagd's reasons. */
export type RuleReason = 'STATIC' | 'TARGETING_MATCH' | 'SPLIT' | 'DEFAULT';

/** What a rule's answers are made of; the rule itself does not look into them. */
export interface Answers<Answer> {
  /** A variant of the document's. */
  variant(name: string, reason: RuleReason): Answer;
  /** The flag is switched off. */
  disabled(): Answer;
  /** The rule has no opinion: nothing was chosen, and the document names no default. */
  none(): Answer;
  /** The rule cannot be evaluated. */
  failed(errorCode: 'GENERAL' | 'PARSE_ERROR', what: string, cause?: unknown): Answer;
}

/** The answer for each value that targeting can come to; those that choose a variant are made once. */
export class Outcomes<Answer> {
  readonly #answers: Answers<Answer>;
  readonly #variants: ReadonlyMap<string, unknown>;
  readonly #defaultVariant: string | undefined;
  readonly #made: Readonly<Record<RuleReason, Map<string, Answer>>> = {
    STATIC: new Map(),
    TARGETING_MATCH: new Map(),
    SPLIT: new Map(),
    DEFAULT: new Map(),
  };

  constructor(
    { variants, defaultVariant }: { variants: ReadonlyMap<string, unknown>; defaultVariant: string | undefined },
    answers: Answers<Answer>,
  ) {
    this.#answers = answers;
    this.#variants = variants;
    this.#defaultVariant = defaultVariant;
  }

  byDefault(reason: 'STATIC' | 'DEFAULT'): Answer {
    const name = this.#defaultVariant;
    return name === undefined ? this.#answers.none() : this.#variant(name, reason);
  }

  /** What `value`, which targeting came to, chooses; nothing chooses the default. */
  of(value: unknown, reason: 'TARGETING_MATCH' | 'SPLIT'): Answer {
    if (value === null || value === undefined) return this.byDefault('DEFAULT');
    const name = typeof value === 'string' ? value : String(value);
    return this.#variants.has(name) ? this.#variant(name, reason) : this.#unknown(name);
  }

  #variant(name: string, reason: RuleReason): Answer {
    const made = this.#made[reason];
    let answer = made.get(name);
    if (answer === undefined) {
      answer = this.#answers.variant(name, reason);
      made.set(name, answer);
    }
    return answer;
  }

  #unknown(name: string): Answer {
    const shown = JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
    return this.#answers.failed('GENERAL', `its targeting chose ${shown}, which is no variant of it`);
  }
}
