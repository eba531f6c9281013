import { type Evaluation, type EvaluationErrorCode, REASON_OF, type Reason } from './evaluation.ts';
import type { FlagDefinition } from './flag.ts';

type Certain = keyof typeof REASON_OF;

/** A flag made ready at start-up, so that answering a request is a look-up that builds no object. */
export class CompiledFlag {
  readonly name: string;
  readonly definition: FlagDefinition;
  readonly byDefault: Evaluation;
  readonly #byUser: ReadonlyMap<string, Evaluation> | undefined;
  readonly #answers: ReadonlyMap<string, Answers>;

  constructor(name: string, definition: FlagDefinition) {
    this.name = name;
    this.definition = definition;
    // No prototype: what somebody put on Object.prototype must not become an answer.
    this.#answers = new Map(definition.variants.map((variant) => [variant, Object.create(null)]));
    this.byDefault = this.answer('default', definition.default) as Evaluation;
    this.#byUser = this.#compileUsers();
  }

  /** Whether who is asking can change the answer. */
  get looksAtUser(): boolean {
    return this.#byUser !== undefined || this.definition.decide !== undefined;
  }

  has(variant: string): boolean {
    return this.#answers.has(variant);
  }

  /** The answer `variant` of `source`, the same object each time; `undefined` if the flag has no such variant. */
  answer(source: Certain, variant: string): Evaluation | undefined {
    const answers = this.#answers.get(variant);
    if (answers === undefined) return undefined;
    answers[source] ??= Object.freeze({ flag: this.name, variant, source, reason: REASON_OF[source] });
    return answers[source];
  }

  /** The answer that the per-user lists have for `targetingKey`. */
  listed(targetingKey: string): Evaluation | undefined {
    return this.#byUser?.get(targetingKey);
  }

  /** An answer that a rule chose. */
  ruled(variant: string, reason: Reason): Evaluation {
    return Object.freeze({ flag: this.name, variant, source: 'rule', reason });
  }

  /** The default, because of a failure. */
  failed(errorCode: EvaluationErrorCode): Evaluation {
    const variant = this.definition.default;
    return Object.freeze({ flag: this.name, variant, source: 'error', reason: 'ERROR', errorCode });
  }

  #compileUsers(): ReadonlyMap<string, Evaluation> | undefined {
    if (this.definition.users === undefined) return undefined;
    const byUser = new Map<string, Evaluation>();
    for (const [variant, ids] of Object.entries(this.definition.users)) {
      const answer = this.answer('user', variant);
      if (answer !== undefined) for (const id of ids ?? []) byUser.set(String(id), answer);
    }
    return byUser;
  }
}

type Answers = { -readonly [From in Certain]?: Evaluation };
