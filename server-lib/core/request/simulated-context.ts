import type { HookError } from '../errors.ts';
import { simulatedEvaluation } from '../flags/compiled-flag.ts';
import type { Attributes, Evaluation, UserId } from '../flags/flag.ts';
import type { SimulatedValues } from '../overrides/simulation.ts';
import { EvaluationContext, type VisitorHost } from './evaluation-context.ts';

/**
 * The context of a request that simulates another user, attribute or time. What it does not simulate comes from the
 * request's own context, which stays as it is.
 */
export class SimulatedContext extends EvaluationContext {
  readonly #actual: EvaluationContext;
  readonly #values: SimulatedValues;
  readonly #reads: { hasRead: boolean };
  #attributes: Attributes | undefined;
  /** The request's own attributes that `#attributes` was made from. */
  #attributesBefore: Attributes | undefined;
  #others: Map<EvaluationContext, SimulatedContext> | undefined;

  constructor(actual: EvaluationContext, values: SimulatedValues, reads: { hasRead: boolean } = { hasRead: false }) {
    super(actual.request);
    this.#actual = actual;
    this.#values = values;
    this.#reads = reads;
  }

  /** Calls `evaluate`. If that reads a simulated value, the evaluation says so. */
  watch(evaluate: () => Evaluation): Evaluation {
    const before = this.#reads.hasRead;
    this.#reads.hasRead = false;
    try {
      const evaluation = evaluate();
      return this.#reads.hasRead ? simulatedEvaluation(evaluation) : evaluation;
    } finally {
      this.#reads.hasRead ||= before; // `decide` of another flag has evaluated this one
    }
  }

  override get actual(): EvaluationContext {
    return this.#actual;
  }

  override get targetingKey(): string | undefined {
    return this.#values.user === undefined ? this.#actual.targetingKey : this.#read(this.#values.user);
  }

  override get userId(): UserId | undefined {
    return this.#values.user === undefined ? this.#actual.userId : this.#read(this.#values.user);
  }

  override get attributes(): Attributes {
    const before = this.#actual.attributes;
    if (this.#values.attributes.size === 0) return before;
    if (this.#attributes === undefined || this.#attributesBefore !== before) {
      this.#attributes = this.#withSimulated(before);
      this.#attributesBefore = before;
    }
    return this.#attributes;
  }

  override get timestamp(): number {
    const { time } = this.#values;
    return time === undefined ? super.timestamp : this.#read(Math.floor(time.milliseconds / 1_000));
  }

  override get now(): Date {
    const { time } = this.#values;
    return time === undefined ? super.now : this.#read(new Date(time.milliseconds));
  }

  /** A user that the application names is not simulated; attributes and the time are. */
  override forUser(userId: unknown): EvaluationContext {
    const other = this.#actual.forUser(userId);
    this.#others ??= new Map();
    const simulated =
      this.#others.get(other) ?? new SimulatedContext(other, { ...this.#values, user: undefined }, this.#reads);
    this.#others.set(other, simulated);
    return simulated;
  }

  /** What is simulated replaces the attributes that the application passes, as it replaces those of the request. */
  override withAttributes(attributes: Attributes): EvaluationContext {
    return new SimulatedContext(this.#actual.withAttributes(attributes), this.#values, this.#reads);
  }

  override get error(): HookError | undefined {
    return this.#actual.error;
  }

  override get pendingReads(): number {
    return this.#actual.pendingReads;
  }

  override get visitorId(): string | undefined {
    return this.#actual.visitorId;
  }

  override readVisitorId(host: VisitorHost): string | undefined {
    return this.#actual.readVisitorId(host);
  }

  override isFirstError(flag: string, code: string): boolean {
    return this.#actual.isFirstError(flag, code);
  }

  override pinnedEvaluation(flag: string): Evaluation | undefined {
    const evaluation = super.pinnedEvaluation(flag);
    return evaluation?.simulated ? this.#read(evaluation) : evaluation;
  }

  #read<Value>(value: Value): Value {
    this.#reads.hasRead = true;
    return value;
  }

  // Getters, because a rule or `decide` reads only some attributes. The application's own getters stay.
  #withSimulated(before: Attributes): Attributes {
    const properties: PropertyDescriptorMap = Object.getOwnPropertyDescriptors(before);
    for (const [name, value] of this.#values.attributes) {
      properties[name] = { get: () => this.#read(value), enumerable: true, configurable: true };
    }
    return Object.create(Object.getPrototypeOf(before), properties);
  }
}
