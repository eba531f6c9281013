import {
  type ErrorCode,
  type EvaluationContext,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  type ResolutionDetails,
} from '@openfeature/server-sdk';
import { checkKeeper } from '../adapter/host-options.ts';
import type { Evaluation, FlagDefinition, FlagDefinitions } from '../core/flags/flag.ts';
import { typeNameOf } from '../core/flags/flag-values.ts';
import { didYouMean, isUserId, kindOf, quoted } from '../core/values.ts';
import type { Gatekeeper, RulesEvent, RulesHealth } from '../index.ts';
import type { FlagValue } from '../wire/manifest.ts';
import { attributesIn, gateIn } from './request-context.ts';

/**
 * A provider for the OpenFeature SDK that evaluates a keeper's flags: `OpenFeature.setProviderAndWait(new
 * GatekeeperProvider(keeper))`. It does not close the keeper.
 */
export class GatekeeperProvider<Flags extends FlagDefinitions = FlagDefinitions> implements Provider {
  readonly metadata: { readonly name: string } = { name: 'gatekeeper-flags' };
  readonly runsOn = 'server';
  readonly events: OpenFeatureEventEmitter = new OpenFeatureEventEmitter();
  readonly #keeper: Gatekeeper<Flags>;
  readonly #visible: ReadonlyMap<string, FlagDefinition>;
  #status: Status = 'ready';
  #stopListening: (() => void) | undefined;

  constructor(keeper: Gatekeeper<Flags>) {
    checkKeeper('GatekeeperProvider', keeper, 'new GatekeeperProvider(createGatekeeper({ flags }))');
    this.#keeper = keeper;
    const flags: readonly [string, FlagDefinition][] = Object.entries(keeper.flags);
    this.#visible = new Map(flags.filter(([, { hidden }]) => hidden !== true));
  }

  /** Waits for the first rules. Rejects if their source has failed and there are none. */
  async initialize(): Promise<void> {
    await this.#keeper.ready;
    this.#stopListening?.();
    let isStarting = true; // a failure so far is in the health
    this.#stopListening = this.#keeper.onRulesChange((event) => {
      if (!isStarting) this.#onRules(event);
    });
    isStarting = false;
    const health = this.#keeper.health();
    this.#status = statusOf(health);
    if (this.#status === 'error') throw new Error(`there are no rules: ${health.lastError}`);
    // When this resolves, the SDK sets the status to READY.
    if (this.#status === 'stale') setImmediate(() => this.#status === 'stale' && this.#emitStatus(health));
  }

  /** Stops the events. The keeper stays open, because the application may use it elsewhere. */
  async onClose(): Promise<void> {
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#status = 'ready';
  }

  async resolveBooleanEvaluation(
    flag: string,
    defaultValue: boolean,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<boolean>> {
    return this.#resolve(flag, { type: 'boolean', defaultValue }, context);
  }

  async resolveStringEvaluation(
    flag: string,
    defaultValue: string,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<string>> {
    return this.#resolve(flag, { type: 'string', defaultValue }, context);
  }

  async resolveNumberEvaluation(
    flag: string,
    defaultValue: number,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<number>> {
    return this.#resolve(flag, { type: 'number', defaultValue }, context);
  }

  async resolveObjectEvaluation<Value extends JsonValue>(
    flag: string,
    defaultValue: Value,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<Value>> {
    return this.#resolve(flag, { type: 'object', defaultValue }, context);
  }

  #resolve<Value>(
    flag: string,
    { type, defaultValue }: Requested<Value>,
    context: EvaluationContext = {}, // the SDK passes one, a test of the application perhaps not
  ): ResolutionDetails<Value> {
    const failed = (errorCode: `${ErrorCode}`, errorMessage: string): ResolutionDetails<Value> => ({
      value: defaultValue,
      reason: 'ERROR',
      errorCode: errorCode as ErrorCode,
      errorMessage,
    });
    if (!this.#visible.has(flag)) {
      return failed('FLAG_NOT_FOUND', `there is no flag ${quoted(flag)}${didYouMean(flag, this.#visible.keys())}`);
    }
    const targetingKey: unknown = context.targetingKey ?? undefined;
    if (targetingKey !== undefined && !isUserId(targetingKey)) {
      return failed('INVALID_CONTEXT', `targetingKey must be a string; got ${kindOf(targetingKey)}`);
    }
    const { adapter } = this.#keeper;
    const gate = adapter.gateOf(gateIn(context)) ?? this.#keeper.gateFor();
    const evaluation = adapter.evaluateIn(gate, flag, { targetingKey, attributes: attributesIn(context) });
    if (evaluation === undefined || evaluation.source === 'error') {
      return failed(evaluation?.errorCode ?? 'GENERAL', `Flag ${flag}: its evaluation failed; onError has the cause`);
    }
    if (this.#status === 'error' && !isBeforeRules(evaluation)) {
      return failed('PROVIDER_NOT_READY', `Flag ${flag}: there are no rules yet`);
    }
    if (evaluation.reason === 'DISABLED') return { value: defaultValue, reason: 'DISABLED' };
    const value = evaluation.value as FlagValue;
    if (typeof value !== type) {
      return failed('TYPE_MISMATCH', `Flag ${flag}: its value is ${typeNameOf(value)}, not ${ARTICLE[type]} ${type}`);
    }
    return detailsOf(evaluation, value as Value);
  }

  #onRules(event: RulesEvent): void {
    const before = this.#status;
    const health = this.#keeper.health();
    this.#status = statusOf(health);
    if (this.#status !== before) this.#emitStatus(health);
    if (event.kind !== 'changed') return;
    const flagsChanged = event.flagsChanged.filter((flag) => this.#visible.has(flag));
    if (flagsChanged.length > 0) this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged });
  }

  #emitStatus({ lastError }: RulesHealth): void {
    this.events.emit(STATUS_EVENTS[this.#status], lastError === undefined ? {} : { message: lastError });
  }
}

/** `stale`: the rules are the last good ones. `error`: there are none. */
type Status = 'ready' | 'stale' | 'error';

const STATUS_EVENTS = {
  ready: ProviderEvents.Ready,
  stale: ProviderEvents.Stale,
  error: ProviderEvents.Error,
} as const;

function statusOf({ revision, lastError }: RulesHealth): Status {
  if (lastError === undefined) return 'ready';
  return revision === undefined ? 'error' : 'stale';
}

/** What the caller asks for. */
interface Requested<Value> {
  readonly type: 'boolean' | 'string' | 'number' | 'object';
  readonly defaultValue: Value;
}

const ARTICLE = { boolean: 'a', string: 'a', number: 'a', object: 'an' } as const;

/** Whether rules could not have changed an evaluation (docs/protocol.md section 2). */
function isBeforeRules({ source }: Evaluation): boolean {
  return source === 'override' || source === 'user';
}

function detailsOf<Value>({ variant, reason, source }: Evaluation, value: Value): ResolutionDetails<Value> {
  const details = { value, variant, reason };
  return source === 'override' ? { ...details, flagMetadata: { overridden: true } } : details;
}
