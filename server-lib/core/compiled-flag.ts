import { type Evaluation, type EvaluationErrorCode, REASON_OF, type Reason } from './evaluation.ts';
import type { FlagDefinition } from './flag.ts';

type Certain = keyof typeof REASON_OF;

/** A flag made ready at start-up, so that answering a request is a look-up that builds no object. */
export class CompiledFlag {
  readonly name: string;
  /** Its place among the application's flags, counted from 0. */
  readonly place: number;
  readonly definition: FlagDefinition;
  readonly variants: readonly string[];
  readonly byDefault: Evaluation;
  /** Whether the application's own code decides it. */
  readonly decides: boolean;
  readonly #byUser: ReadonlyMap<string, Evaluation> | undefined;
  // Few enough to look through: a Map for each flag would be most of what a flag costs.
  #made: readonly Evaluation[] = NONE;

  constructor(name: string, place: number, definition: FlagDefinition, variants: readonly string[]) {
    this.name = name;
    this.place = place;
    this.definition = definition;
    this.variants = variants;
    this.byDefault = certain(name, 'default', definition.default);
    this.decides = definition.decide !== undefined;
    this.#byUser = compileUsers(this);
  }

  has(variant: string): boolean {
    return this.variants.includes(variant);
  }

  /** The answer `variant` of `source`, the same object each time; `undefined` if the flag has no such variant. */
  answer(source: Certain, variant: string): Evaluation | undefined {
    for (const made of this.#made) if (made.variant === variant && made.source === source) return made;
    if (!this.has(variant)) return undefined;
    const answer = certain(this.name, source, variant);
    this.#made = [...this.#made, answer];
    return answer;
  }

  /** The answer that the per-user lists have for who is asking, who is looked at only where there are lists. */
  listed(asker: { readonly targetingKey: string | undefined }): Evaluation | undefined {
    const byUser = this.#byUser;
    if (byUser === undefined) return undefined;
    const key = asker.targetingKey;
    return key === undefined ? undefined : byUser.get(key);
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
}

// Functions rather than private methods, which would mark each of ten thousand objects as theirs.
function certain(flag: string, source: Certain, variant: string): Evaluation {
  return Object.freeze({ flag, variant, source, reason: REASON_OF[source] });
}

function compileUsers(flag: CompiledFlag): ReadonlyMap<string, Evaluation> | undefined {
  const { users } = flag.definition;
  if (users === undefined) return undefined;
  const byUser = new Map<string, Evaluation>();
  for (const [variant, ids] of Object.entries(users)) {
    const answer = flag.answer('user', variant);
    if (answer !== undefined) for (const id of ids ?? []) byUser.set(String(id), answer);
  }
  return byUser;
}

const NONE: readonly Evaluation[] = [];
