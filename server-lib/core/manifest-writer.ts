import type { AttributeType, AttributeValue } from '../wire/context-values.ts';
import { DEFAULT_MAX_AGE, MANIFEST_LIMITS, MAX_COOKIE_BYTES } from '../wire/limits.ts';
import type {
  IgnoredOverride,
  ManifestAttribute,
  ManifestContext,
  ManifestDocument,
  ManifestFlag,
  Scenario,
} from '../wire/manifest.ts';
import { ownField } from '../wire/untrusted-json.ts';
import { tryCall } from './errors.ts';
import type { CompiledFlag } from './flags/compiled-flag.ts';
import type { Attributes, FlagDefinition } from './flags/flag.ts';
import { evaluateProvided, type ProvidedEvaluation } from './flags/provided-flags.ts';
import type { KeeperState } from './keeper-state.ts';
import { nodeCrypto } from './node-crypto.ts';
import type { Simulation } from './overrides/simulation.ts';
import type { RequestGate } from './request/request-gate.ts';

/** The part of a manifest that is the same for every request. */
export interface ManifestMetadata {
  /** The path that issues grants, if they are configured. */
  readonly grantUrl: string | undefined;
  readonly app?: string;
  readonly environment?: string;
  readonly scenarios: readonly Scenario[];
  readonly simulation: Simulation;
}

/** What the host knows of the request for a manifest. */
export interface ManifestRequest {
  /** Whether it came over https. */
  readonly secure: boolean;
  /** The path of the override page, as the browser sees it; `undefined` if there is none or it is not known. */
  readonly page?: string | undefined;
}

/** Writes the manifest for the request of `gate`: a promise if another library evaluates the flags. */
export type ManifestWriter = (
  gate: RequestGate,
  request: ManifestRequest,
) => ManifestDocument | Promise<ManifestDocument>;

/** Creates the function that writes manifests, without anything about hidden flags. */
export function createManifestWriter(state: KeeperState, metadata: ManifestMetadata): ManifestWriter {
  // No prototype, so that fields of a polluted Object.prototype are not published.
  const { app, environment, scenarios, grantUrl, simulation }: ManifestMetadata = Object.assign(
    Object.create(null),
    metadata,
  );
  const listed = [...state.flags.values()].filter((flag) => flag.definition.hidden !== true);
  const isListed = (name: string): boolean => state.flags.get(name)?.definition.hidden !== true;
  // A scenario with a hidden flag is hidden as a whole.
  const shownScenarios = scenarios.filter(({ overrides }) => Object.keys(overrides).every(isListed));
  const head = {
    gatekeeper: 1,
    ...(app === undefined ? {} : { app }),
    ...(environment === undefined ? {} : { environment }),
  } as const;
  // Without the application's custom fields, which are never published.
  const described = listed.map(({ name, definition }) => {
    const { users, overridable, values } = definition;
    return [name, publishedFields(definition), users, overridable, values, decideSource(definition)];
  });
  const codeRevision = revisionOf(JSON.stringify(described));
  const write = (
    gate: RequestGate,
    { secure, page }: ManifestRequest,
    provided?: ReadonlyMap<string, ProvidedEvaluation>,
  ): ManifestDocument => {
    const { applied, ignored, problem } = gate.overrides();
    const permission = gate.permission();
    const expiresIn = permission?.secondsLeft();
    const rules = gate.rulesRevision();
    const { name } = gate.overrideCache();
    return {
      ...head,
      revision: rules === undefined ? codeRevision : revisionOf(`${codeRevision} ${rules}`),
      cookie: {
        name,
        path: '/',
        sameSite: 'Lax',
        secure: secure || name.startsWith('__'),
        maxAge: Math.max(1, expiresIn ?? DEFAULT_MAX_AGE),
      },
      overrides: {
        state: permission ? 'enabled' : grantUrl === undefined ? 'disabled' : 'grant-required',
        ...(grantUrl === undefined ? {} : { grantUrl }),
        ...(expiresIn === undefined ? {} : { expiresIn }),
        maxBytes: MAX_COOKIE_BYTES,
        applied: [...applied.keys()].filter(isListed),
        ignored: ignored.filter(({ flag }: IgnoredOverride) => isListed(flag)),
        ...(problem === undefined ? {} : { problem }),
      },
      ...(page === undefined ? {} : { page }),
      ...describeContext(simulation, gate),
      flags: listed.map((flag) => describeFlag(flag, gate, provided?.get(flag.name))),
      scenarios: shownScenarios,
    };
  };
  return function writeManifest(gate, request) {
    if (state.providers.size === 0) return write(gate, request);
    const evaluated = evaluateProvided(state.providers, listed, { gate, ...gate.userContext() });
    return evaluated.then((provided) => write(gate, request, provided));
  };
}

function describeFlag(flag: CompiledFlag, gate: RequestGate, provided?: ProvidedEvaluation): ManifestFlag {
  return {
    name: flag.name,
    ...publishedFields(flag.definition),
    ...publishedValues(flag, gate),
    overridable: flag.definition.overridable !== false,
    ...(provided === undefined ? describeEvaluation(flag, gate) : describeProvided(flag, gate, provided)),
  };
}

type Described = Pick<ManifestFlag, 'current' | 'source' | 'reason' | 'errorCode' | 'simulated' | 'withoutOverride'>;

function describeEvaluation(flag: CompiledFlag, gate: RequestGate): Described {
  const evaluation = gate.evaluationFor(flag);
  return {
    current: evaluation.variant,
    source: evaluation.source,
    reason: evaluation.reason,
    ...(evaluation.source === 'error' ? { errorCode: evaluation.errorCode } : undefined),
    ...(evaluation.simulated ? { simulated: true } : undefined),
    withoutOverride: gate.evaluationWithoutOverride(flag).variant,
  };
}

function describeProvided(flag: CompiledFlag, gate: RequestGate, provided: ProvidedEvaluation): Described {
  const { variant, reason, errorCode } = provided;
  const withoutOverride = variant === undefined ? {} : { withoutOverride: variant };
  const override = gate.overrides().applied.get(flag.name);
  if (override !== undefined) {
    return { current: override.variant, source: override.source, reason: override.reason, ...withoutOverride };
  }
  return {
    ...(variant === undefined ? {} : { current: variant }),
    source: errorCode === undefined ? 'provider' : 'error',
    reason,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...withoutOverride,
  };
}

/**
 * What the request may simulate. A grant for some flags does not cover it. Where the application fails to give a user or
 * attributes, the flags that need them report the error.
 */
function describeContext(simulation: Simulation, gate: RequestGate): Pick<ManifestDocument, 'context'> {
  const { user, time, attributes } = simulation;
  const isDeclared = user || time || attributes.size > 0;
  if (!isDeclared || gate.permission()?.coversAllFlags === false) return {};
  const { simulated } = gate.overrides();
  const actual = gate.actualContext();
  const currentUser = user ? tryCall(() => actual.targetingKey) : undefined;
  const context: ManifestContext = {
    ...(attributes.size === 0
      ? undefined
      : {
          attributes: [...attributes].map(([name, type]) => ({
            ...describeAttribute(name, type, () => actual.attributes),
            ...withMember('simulated', simulated?.attributes.get(name)),
          })),
        }),
    ...(user
      ? { user: { ...withMember('current', currentUser), ...withMember('simulated', simulated?.user) } }
      : undefined),
    ...(time ? { time: withMember('simulated', simulated?.time?.text) } : undefined),
  };
  return { context };
}

function describeAttribute(name: string, type: AttributeType, attributes: () => Attributes): ManifestAttribute {
  const value = tryCall(() => ownField(attributes(), name));
  const isOfType = typeof value === type.type && (typeof value !== 'number' || Number.isFinite(value));
  return { name, ...type, ...withMember('current', isOfType ? (value as AttributeValue) : undefined) };
}

function withMember<Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]?: Value });
}

const PUBLISHED_FIELDS = [
  'description',
  'variants',
  'default',
  'owner',
  'tags',
  'url',
  'createdAt',
  'expiresAt',
] as const;

// Listed one by one, so that a custom field of the application (such as a note) is not published by accident.
function publishedFields(definition: FlagDefinition): Pick<FlagDefinition, (typeof PUBLISHED_FIELDS)[number]> {
  const fields = PUBLISHED_FIELDS.filter((field) => definition[field] !== undefined);
  return Object.fromEntries(fields.map((field) => [field, definition[field]])) as never;
}

function publishedValues(flag: CompiledFlag, gate: RequestGate): Pick<ManifestFlag, 'values'> {
  if (flag.definition.values === undefined) return {};
  const values = gate.valuesFor(flag);
  const hasMore = flag.variants.some((variant) => values[variant] !== variant);
  return hasMore && JSON.stringify(values).length <= MANIFEST_LIMITS.values ? { values } : {};
}

// Not `String(decide)`: a function may have its own `toString`.
function decideSource({ decide }: FlagDefinition): string {
  return decide === undefined ? '' : Function.prototype.toString.call(decide);
}

// Twelve hexadecimal digits distinguish the configurations of one application; no security depends on them.
function revisionOf(text: string): string {
  return nodeCrypto().createHash('sha256').update(text).digest('hex').slice(0, 12);
}
