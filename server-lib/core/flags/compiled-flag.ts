import { defineFlags } from './define-flags.ts';
import {
  type Evaluation,
  type EvaluationErrorCode,
  type FlagDefinition,
  type FlagDefinitions,
  REASON_BY_SOURCE,
  type Reason,
} from './flag.ts';

type FixedSource = keyof typeof REASON_BY_SOURCE;

/** A flag made ready at start-up, so that answering a request is a look-up that builds no object. */
export class CompiledFlag {
  readonly name: string;
  /** Its place among the application's flags, counted from 0. */
  readonly index: number;
  readonly definition: FlagDefinition;
  readonly variants: readonly string[];
  readonly defaultEvaluation: Evaluation;
  /** Whether the application's own code decides it. */
  readonly hasDecide: boolean;
  readonly #byUser: ReadonlyMap<string, Evaluation> | undefined;
  // Few enough to look through: a Map for each flag would be most of what a flag costs.
  #cached: readonly Evaluation[] = NO_EVALUATIONS;

  constructor(name: string, place: number, definition: FlagDefinition, variants: readonly string[]) {
    this.name = name;
    this.index = place;
    this.definition = definition;
    this.variants = variants;
    this.defaultEvaluation = createEvaluation(name, 'default', definition.default);
    this.hasDecide = definition.decide !== undefined;
    this.#byUser = compileUsers(this);
  }

  hasVariant(variant: string): boolean {
    return this.variants.includes(variant);
  }

  /** The answer `variant` of `source`, the same object each time; `undefined` if the flag has no such variant. */
  evaluationFor(source: FixedSource, variant: string): Evaluation | undefined {
    for (const made of this.#cached) if (made.variant === variant && made.source === source) return made;
    if (!this.hasVariant(variant)) return undefined;
    const evaluation = createEvaluation(this.name, source, variant);
    this.#cached = [...this.#cached, evaluation];
    return evaluation;
  }

  /** The answer that the per-user lists have for who is asking, who is looked at only where there are lists. */
  userListEvaluation(context: { readonly targetingKey: string | undefined }): Evaluation | undefined {
    const byUser = this.#byUser;
    if (byUser === undefined) return undefined;
    const key = context.targetingKey;
    return key === undefined ? undefined : byUser.get(key);
  }

  /** An answer that a rule chose. */
  ruleEvaluation(variant: string, reason: Reason): Evaluation {
    return Object.freeze({ flag: this.name, variant, source: 'rule', reason });
  }

  /** The default, because of a failure. */
  errorEvaluation(errorCode: EvaluationErrorCode): Evaluation {
    const variant = this.definition.default;
    return Object.freeze({ flag: this.name, variant, source: 'error', reason: 'ERROR', errorCode });
  }
}

// Functions rather than private methods, which would mark each of ten thousand objects as theirs.
function createEvaluation(flag: string, source: FixedSource, variant: string): Evaluation {
  return Object.freeze({ flag, variant, source, reason: REASON_BY_SOURCE[source] });
}

function compileUsers(flag: CompiledFlag): ReadonlyMap<string, Evaluation> | undefined {
  const { users } = flag.definition;
  if (users === undefined) return undefined;
  const byUser = new Map<string, Evaluation>();
  for (const [variant, ids] of Object.entries(users)) {
    const evaluation = flag.evaluationFor('user', variant);
    if (evaluation !== undefined) for (const id of ids ?? []) byUser.set(String(id), evaluation);
  }
  return byUser;
}

const NO_EVALUATIONS: readonly Evaluation[] = [];

/** Checks flags and makes them ready to be asked. */
export function compileFlags(flags: FlagDefinitions): ReadonlyMap<string, CompiledFlag> {
  const compiled = new Map<string, CompiledFlag>();
  // Most flags have the same variants as many others: one list of them is nearer to the processor than thousands.
  const lists = new Map<string, readonly string[]>();
  for (const [name, definition] of Object.entries<FlagDefinition>(defineFlags(flags))) {
    const key = definition.variants.join(' ');
    const variants = lists.get(key) ?? definition.variants;
    lists.set(key, variants);
    compiled.set(name, new CompiledFlag(name, compiled.size, definition, variants));
  }
  return compiled;
}
