import { isDeepStrictEqual } from 'node:util';
import {
  type ErrorCode,
  type EvaluationContext,
  type HookContext,
  type JsonValue,
  type Logger,
  OpenFeature,
  type Provider,
  type ResolutionDetails,
} from '@openfeature/server-sdk';
import { checkKeeper } from '../adapter/host-options.ts';
import { GatekeeperError } from '../core/errors.ts';
import type { Evaluation, FlagDefinition, FlagDefinitions } from '../core/flags/flag.ts';
import { typeNameOf, valueIn } from '../core/flags/flag-values.ts';
import type { ProvidedEvaluation, ProvidedRequest } from '../core/flags/provided-flags.ts';
import { kindOf } from '../core/values.ts';
import type { Gatekeeper } from '../index.ts';
import type { FlagValue } from '../wire/manifest.ts';
import { gateIn } from './request-context.ts';

/**
 * A provider that gives this browser's override where there is one, and the result of `provider` otherwise. The keeper has the
 * definitions of the flags: their variants with the variants' values. Everything else is that of `provider`.
 */
export function withBrowserOverrides<Flags extends FlagDefinitions>(
  provider: Provider,
  keeper: Gatekeeper<Flags>,
): Provider {
  checkKeeper('withBrowserOverrides', keeper, 'withBrowserOverrides(provider, createGatekeeper({ flags }))');
  checkProvider(provider);
  const { adapter } = keeper;
  const definitionOf = (flag: string): FlagDefinition | undefined =>
    Object.hasOwn(keeper.flags, flag) ? keeper.flags[flag] : undefined;

  let disconnect: (() => void) | undefined;
  const connect = (): void => {
    disconnect ??= adapter.evaluateWith((flag, request) =>
      evaluateForManifest(provider, flag, definitionOf(flag), request),
    );
  };
  connect();

  async function resolve<Value extends JsonValue>(
    flag: string,
    type: FlagType,
    defaultValue: Value,
    context: EvaluationContext,
    evaluate: () => Promise<ResolutionDetails<Value>>,
  ): Promise<ResolutionDetails<Value>> {
    connect();
    const gate = adapter.gateOf(gateIn(context));
    const definition = definitionOf(flag);
    if (gate === undefined || definition === undefined) return evaluate();
    const override = adapter.overrideOf(gate, flag, context.targetingKey);
    if (override !== undefined) return overrideDetails(override, type, defaultValue);
    const details = await evaluate();
    if (details.errorCode === undefined) {
      adapter.addEvaluation(gate, flag, evaluationOf(definition, details), context.targetingKey);
    }
    return details;
  }

  const { initialize, track } = provider;
  return {
    get metadata() {
      return provider.metadata;
    },
    get hooks() {
      return provider.hooks ?? [];
    },
    ...(provider.runsOn === undefined ? {} : { runsOn: provider.runsOn }),
    ...(provider.events === undefined ? {} : { events: provider.events }),
    // Without this method, the SDK is ready at once.
    ...(initialize === undefined
      ? {}
      : {
          initialize(...given: Parameters<NonNullable<Provider['initialize']>>) {
            connect();
            return initialize.apply(provider, given);
          },
        }),
    ...(track === undefined ? {} : { track: track.bind(provider) }),
    async onClose() {
      disconnect?.();
      disconnect = undefined;
      await provider.onClose?.();
    },
    resolveBooleanEvaluation: (flag, value, context, logger) =>
      resolve(flag, 'boolean', value, context, () => provider.resolveBooleanEvaluation(flag, value, context, logger)),
    resolveStringEvaluation: (flag, value, context, logger) =>
      resolve(flag, 'string', value, context, () => provider.resolveStringEvaluation(flag, value, context, logger)),
    resolveNumberEvaluation: (flag, value, context, logger) =>
      resolve(flag, 'number', value, context, () => provider.resolveNumberEvaluation(flag, value, context, logger)),
    resolveObjectEvaluation: (flag, value, context, logger) =>
      resolve(flag, 'object', value, context, () => provider.resolveObjectEvaluation(flag, value, context, logger)),
  };
}

type FlagType = 'boolean' | 'string' | 'number' | 'object';

function checkProvider(provider: unknown): void {
  const { resolveBooleanEvaluation, runsOn } = (provider ?? {}) as Partial<Provider>;
  if (typeof resolveBooleanEvaluation === 'function' && (runsOn === undefined || runsOn === 'server')) return;
  const got = runsOn === undefined ? kindOf(provider) : `one that runs on the ${runsOn}`;
  const what = `withBrowserOverrides: expected a provider for @openfeature/server-sdk; got ${got}`;
  throw new GatekeeperError('ERR_GK_OPTIONS', what);
}

function overrideDetails<Value>(
  { flag, variant, value, reason }: Evaluation,
  type: FlagType,
  defaultValue: Value,
): ResolutionDetails<Value> {
  if (typeof value === type) {
    return { value: value as Value, variant, reason, flagMetadata: { overridden: true } };
  }
  const what = `Flag ${flag}: the value of its variant ${variant} is ${typeNameOf(value)}, not of the type ${type}`;
  return {
    value: defaultValue,
    reason: 'ERROR',
    errorCode: 'TYPE_MISMATCH' as ErrorCode,
    errorMessage: `${what}; add values to its definition`,
  };
}

function evaluationOf(definition: FlagDefinition, details: ResolutionDetails<JsonValue>): ProvidedEvaluation {
  const variant = variantOf(definition, details);
  const { value, reason = 'UNKNOWN' } = details;
  const isOfType = typeof value === typeof valueIn(definition, variant ?? definition.default);
  const isPlain = value !== null && !Array.isArray(value);
  return { variant, reason, ...(isOfType && isPlain ? { value: value as FlagValue } : {}) };
}

/** The variant that a provider names, or else the one with its value: some providers name none, or an index. */
function variantOf(definition: FlagDefinition, { variant, value }: ResolutionDetails<JsonValue>): string | undefined {
  const { variants } = definition;
  if (variant !== undefined && variants.includes(variant)) return variant;
  return variants.find((name) => isDeepStrictEqual(valueIn(definition, name), value));
}

/**
 * A flag's evaluation by the provider, for the request's user, in the context that a call without one has, or in that of a
 * caller. Without the gate, so that a wrapped provider inside this one does not override it.
 */
async function evaluateForManifest(
  provider: Provider,
  flag: string,
  definition: FlagDefinition | undefined,
  { targetingKey, attributes, isCaller }: ProvidedRequest,
): Promise<ProvidedEvaluation | undefined> {
  if (definition === undefined) return undefined;
  const user = targetingKey === undefined ? {} : { targetingKey };
  const own = { ...attributes, ...user };
  const merged = isCaller
    ? { ...OpenFeature.getContext(), ...own }
    : { ...own, ...OpenFeature.getContext(), ...OpenFeature.getTransactionContext() };
  const context = Object.fromEntries(Object.entries(merged)) as EvaluationContext; // the gate's key is a symbol
  try {
    const details = await resolveWithHooks(provider, flag, valueIn(definition, definition.default), context);
    return details.errorCode === undefined ? evaluationOf(definition, details) : failure(details.errorCode);
  } catch (thrown) {
    return failure(codeOf(thrown));
  }
}

/** The code of an error that a resolver throws. A MultiProvider throws the errors of its providers together. */
function codeOf(thrown: unknown): unknown {
  const { code, originalErrors } = (thrown ?? {}) as ThrownError;
  if (!Array.isArray(originalErrors)) return code;
  const codes = originalErrors.map(({ error }: { readonly error?: ThrownError }) => error?.code);
  return codes.find((one) => one !== 'FLAG_NOT_FOUND') ?? codes[0];
}

interface ThrownError {
  readonly code?: unknown;
  readonly originalErrors?: unknown;
}

function failure(code: unknown): ProvidedEvaluation | undefined {
  if (code === 'FLAG_NOT_FOUND') return undefined;
  return { reason: 'ERROR', errorCode: typeof code === 'string' ? code : 'GENERAL' };
}

// MultiProvider evaluates only in a context that its hook has seen (open-feature/js-sdk#1268), and a hook may complete the
// context. The stages after the evaluation record it, and a manifest is no evaluation.
async function resolveWithHooks(
  provider: Provider,
  flagKey: string,
  defaultValue: FlagValue,
  context: EvaluationContext,
): Promise<ResolutionDetails<JsonValue>> {
  const { metadata, hooks = [] } = provider;
  const hookContext = {
    flagKey,
    defaultValue,
    flagValueType: typeof defaultValue as FlagType,
    context,
    clientMetadata: { providerMetadata: metadata },
    providerMetadata: metadata,
    logger: NO_LOG,
    hookData: new Map(),
  } as unknown as HookContext;
  for (const hook of hooks) Object.assign(context, await hook.before?.(hookContext, {}));
  switch (typeof defaultValue) {
    case 'boolean':
      return provider.resolveBooleanEvaluation(flagKey, defaultValue, context, NO_LOG);
    case 'string':
      return provider.resolveStringEvaluation(flagKey, defaultValue, context, NO_LOG);
    case 'number':
      return provider.resolveNumberEvaluation(flagKey, defaultValue, context, NO_LOG);
    default:
      return provider.resolveObjectEvaluation(flagKey, defaultValue as JsonValue, context, NO_LOG);
  }
}

const ignore = (): void => {};
const NO_LOG: Logger = { error: ignore, warn: ignore, info: ignore, debug: ignore };
