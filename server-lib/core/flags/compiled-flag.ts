import type { FlagValue } from '../../wire/manifest.ts';
import { defineFlags } from './define-flags.ts';
import {
  type Evaluation,
  type EvaluationErrorCode,
  type FlagDefinition,
  type FlagDefinitions,
  REASON_BY_SOURCE,
  type Reason,
} from './flag.ts';
import { valueIn } from './flag-values.ts';

type FixedSource = keyof typeof REASON_BY_SOURCE;

/**
 * A flag that was compiled at start-up. The evaluations of the default and of user lists are created then, the others when
 * they are first used; later, an evaluation is a lookup that creates no object.
 */
export class CompiledFlag {
  readonly name: string;
  /** Its index in the application's flags. */
  readonly index: number;
  readonly definition: FlagDefinition;
  readonly variants: readonly string[];
  readonly defaultEvaluation: Evaluation;
  /** Whether the flag has a `decide` function. */
  readonly hasDecide: boolean;
  readonly #byUser: ReadonlyMap<string, Evaluation> | undefined;
  // An array, because it is short: a Map would be most of the memory of a flag.
  #cached: readonly Evaluation[] = NO_EVALUATIONS;

  constructor(name: string, index: number, definition: FlagDefinition) {
    this.name = name;
    this.index = index;
    this.definition = definition;
    this.variants = definition.variants;
    this.defaultEvaluation = createEvaluation(this, 'default', definition.default);
    this.hasDecide = definition.decide !== undefined;
    this.#byUser = compileUsers(this);
  }

  hasVariant(variant: string): boolean {
    return this.variants.includes(variant);
  }

  /** The value of a variant in code. */
  valueFor(variant: string): FlagValue {
    return valueIn(this.definition, variant);
  }

  /** The evaluation for `variant` and `source`, the same object each time; `undefined` if the flag has no such variant. */
  evaluationFor(source: FixedSource, variant: string): Evaluation | undefined {
    for (const cached of this.#cached) if (cached.variant === variant && cached.source === source) return cached;
    if (!this.hasVariant(variant)) return undefined;
    const evaluation = createEvaluation(this, source, variant);
    this.#cached = [...this.#cached, evaluation];
    return evaluation;
  }

  /** The evaluation for a user in the flag's user lists. Reads the user only if the flag has such lists. */
  userListEvaluation(context: { readonly targetingKey: string | undefined }): Evaluation | undefined {
    const byUser = this.#byUser;
    if (byUser === undefined) return undefined;
    const key = context.targetingKey;
    return key === undefined ? undefined : byUser.get(key);
  }

  /** The evaluation for a variant that a rule chose, with the value that it has in these rules. */
  ruleEvaluation(variant: string, reason: Reason, value: FlagValue): Evaluation {
    return Object.freeze({ flag: this.name, variant, value, source: 'rule', reason });
  }

  /** The evaluation by another library, with a reason of its own. */
  providedEvaluation(variant: string, reason: string, value: FlagValue = this.valueFor(variant)): Evaluation {
    return Object.freeze({ flag: this.name, variant, value, source: 'provider', reason: knownReason(reason) });
  }

  /** The evaluation for a failure: the default. */
  errorEvaluation(errorCode: EvaluationErrorCode): Evaluation {
    const variant = this.definition.default;
    const value = this.valueFor(variant);
    return Object.freeze({ flag: this.name, variant, value, source: 'error', reason: 'ERROR', errorCode });
  }
}

/** The reason of another library, if it is one of OpenFeature's; otherwise `UNKNOWN`. */
export function knownReason(reason: string): Evaluation['reason'] {
  return PROVIDED_REASONS.find((one) => one === reason) ?? 'UNKNOWN';
}

const PROVIDED_REASONS = [
  'STATIC',
  'TARGETING_MATCH',
  'SPLIT',
  'DEFAULT',
  'DISABLED',
  'CACHED',
  'STALE',
] as const satisfies readonly Reason[];

/** The evaluation of a rule that used the visitor's id, the same object each time. */
export const visitorEvaluation: (evaluation: Evaluation) => Evaluation = copiesWith({ visitor: true });

/** An evaluation that has read a value that the request simulates, the same object each time. */
export const simulatedEvaluation: (evaluation: Evaluation) => Evaluation = copiesWith({ simulated: true });

// Evaluations are shared by all requests, and so are their copies.
function copiesWith(mark: Pick<Evaluation, 'visitor' | 'simulated'>): (evaluation: Evaluation) => Evaluation {
  const copies = new WeakMap<Evaluation, Evaluation>();
  return (evaluation) => {
    let copy = copies.get(evaluation);
    if (copy === undefined) {
      copy = Object.freeze({ ...evaluation, ...mark });
      copies.set(evaluation, copy);
    }
    return copy;
  };
}

// Functions, because private methods would add a brand to each of ten thousand objects.
function createEvaluation(flag: CompiledFlag, source: FixedSource, variant: string): Evaluation {
  const value = flag.valueFor(variant);
  return Object.freeze({ flag: flag.name, variant, value, source, reason: REASON_BY_SOURCE[source] });
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

/** Validates flags and compiles them. */
export function compileFlags(flags: FlagDefinitions): ReadonlyMap<string, CompiledFlag> {
  const compiled = new Map<string, CompiledFlag>();
  for (const [name, definition] of Object.entries<FlagDefinition>(defineFlags(flags)))
    compiled.set(name, new CompiledFlag(name, compiled.size, definition));
  return compiled;
}
