import { MANIFEST_LIMITS } from '../wire/limits.ts';
import type { Scenario } from '../wire/manifest.ts';
import { HOST_PREFIX, isOverrideCookieName, OVERRIDE_COOKIE } from '../wire/names.ts';
import { ownField } from '../wire/untrusted-json.ts';
import type { ErrorHook } from './error-reporter.ts';
import { GatekeeperError } from './errors.ts';
import type { CompiledFlag } from './flags/compiled-flag.ts';
import type { FlagDefinitions, HostRequest, OverridesOf } from './flags/flag.ts';
import type { SimulateOptions } from './overrides/simulation.ts';
import { type OptionNames, readOptions } from './read-options.ts';
import type { Exposure, ExposureOptions } from './request/exposures.ts';
import { didYouMean, isRecord, kindOf, quoted } from './values.ts';

/** A named set of overrides that the popup proposes, typed by the application's flags. */
export interface ScenarioOf<Flags extends FlagDefinitions> {
  readonly name: string;
  readonly description?: string;
  readonly overrides: OverridesOf<Flags>;
}

/** The options of `createGatekeeper` that this folder uses. Only `flags` is required. */
export interface CoreOptions<Flags extends FlagDefinitions> {
  readonly flags: Flags;
  /** The application's name, for the popup. */
  readonly name?: string;
  /** The environment's name, for the popup. Default: `NODE_ENV`. */
  readonly environment?: string;
  /**
   * Whether a request may override outside development: only if this returns exactly `true`. Must be synchronous; a
   * promise does not permit. While it runs, no overrides apply in `req.gk`.
   */
  readonly allowOverrides?: (request: HostRequest) => boolean;
  readonly scenarios?: readonly ScenarioOf<Flags>[];
  /** What a request that may override may simulate for its flags: another user, another time, other attributes. */
  readonly simulate?: SimulateOptions;
  /** Called once for each flag, variant and user that is evaluated. */
  readonly onEvaluate?: (exposure: Exposure) => unknown;
  readonly exposures?: ExposureOptions;
  /** Called with errors while requests are served. Default: each kind of error is printed once. */
  readonly onError?: ErrorHook;
}

/** Validates the options of `createGatekeeper`. Inherited fields do not count. */
export function readGatekeeperOptions<Options extends CoreOptions<FlagDefinitions>>(
  options: Options,
  names: OptionNames<Options>,
): Options {
  if (!isRecord(options) || !isRecord(ownField(options, 'flags'))) {
    throw new GatekeeperError('ERR_GK_OPTIONS', 'createGatekeeper needs flags: createGatekeeper({ flags })');
  }
  const own = readOptions('createGatekeeper', options, names);
  for (const hook of ['allowOverrides', 'onError', 'onEvaluate'] as const) {
    if (own[hook] !== undefined && typeof own[hook] !== 'function') {
      throw new GatekeeperError('ERR_GK_OPTIONS', `${hook} must be a function; got ${quoted(own[hook])}`);
    }
  }
  for (const name of ['name', 'environment'] as const) {
    if (own[name] !== undefined && typeof own[name] !== 'string') {
      throw new GatekeeperError('ERR_GK_OPTIONS', `${name} must be a string; got ${kindOf(own[name])}`);
    }
  }
  const { overrides, window = 1 } = readOptions(
    'createGatekeeper: exposures',
    own.exposures === undefined ? {} : own.exposures,
    EXPOSURE_OPTIONS,
  );
  if (overrides !== undefined && typeof overrides !== 'boolean') {
    throw new GatekeeperError('ERR_GK_OPTIONS', `exposures.overrides must be true or false; got ${quoted(overrides)}`);
  }
  if (!Number.isInteger(window) || window < 1) {
    const what = `exposures.window must be a whole number of at least 1; got ${quoted(window)}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', what);
  }
  return own;
}

const EXPOSURE_OPTIONS: OptionNames<ExposureOptions> = { overrides: true, window: true };
const SCENARIO_FIELDS: OptionNames<Scenario> = { name: true, description: true, overrides: true };

/** Validates scenarios: their shape, and that their flags and variants exist. */
export function validateScenarios(
  scenarios: readonly Scenario[],
  flags: ReadonlyMap<string, CompiledFlag>,
): readonly Scenario[] {
  if (!Array.isArray(scenarios) || !scenarios.every(isScenario)) {
    throw new GatekeeperError('ERR_GK_OPTIONS', 'scenarios must be an array of { name, overrides: { FLAG: variant } }');
  }
  if (scenarios.length > MANIFEST_LIMITS.scenarios) {
    const message = `scenarios must have at most ${MANIFEST_LIMITS.scenarios} entries; got ${scenarios.length}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', message);
  }
  const checked: Scenario[] = [];
  const names = new Set<string>(['']); // a client trims names, and drops a scenario without a name
  for (const scenario of scenarios) {
    const { name, description, overrides } = readOptions(
      `Scenario ${quoted(scenario.name)}`,
      scenario,
      SCENARIO_FIELDS,
      'ERR_GK_SCENARIO',
    );
    if (names.has(name.trim())) {
      throw new GatekeeperError('ERR_GK_SCENARIO', `Scenario ${quoted(name)}: its name must be unique and not empty`);
    }
    names.add(name.trim());
    if (description !== undefined && typeof description !== 'string') {
      const what = `description must be a string; got ${kindOf(description)}`;
      throw new GatekeeperError('ERR_GK_SCENARIO', `Scenario ${quoted(name)}: ${what}`);
    }
    for (const [flag, variant] of Object.entries(overrides)) {
      if (flags.get(flag)?.hasVariant(variant)) continue;
      const variants = flags.get(flag)?.variants;
      const what = variants
        ? `${flag} has no variant ${quoted(variant)}${didYouMean(variant, variants)}`
        : `there is no flag ${quoted(flag)}${didYouMean(flag, flags.keys())}`;
      throw new GatekeeperError('ERR_GK_SCENARIO', `Scenario ${quoted(name)}: ${what}`, { flag });
    }
    // Copies, so that later changes by the application do not reach the manifest.
    checked.push({ name, ...(description === undefined ? {} : { description }), overrides: { ...overrides } });
  }
  return checked;
}

function isScenario(value: unknown): value is Scenario {
  return isRecord(value) && typeof value.name === 'string' && isRecord(value.overrides);
}

/** The names of a keeper's override cookie. */
export interface OverrideCookieNames {
  readonly production: string;
  /** Without the prefix `__Host-`, which browsers refuse on plain http except at a loopback address. */
  readonly development: string;
}

/** The names for the option `cookieName`; throws a `GatekeeperError` if it is not a name for an override cookie. */
export function overrideCookieNames(cookieName: unknown, hasGrants: boolean): OverrideCookieNames {
  const name = cookieName === undefined ? OVERRIDE_COOKIE : cookieName;
  if (!isOverrideCookieName(name)) {
    throw cookieNameError(
      `must be "gatekeeper", optionally followed by letters, digits, "_" or "-"; got ${quoted(name)}`,
    );
  }
  if (!hasGrants) return { production: name, development: name };
  if (name.startsWith('__Secure-')) {
    throw cookieNameError(`must not start with "__Secure-", because grants add "${HOST_PREFIX}"; got ${quoted(name)}`);
  }
  const development = name.startsWith(HOST_PREFIX) ? name.slice(HOST_PREFIX.length) : name;
  return { production: HOST_PREFIX + development, development };
}

function cookieNameError(what: string): GatekeeperError {
  return new GatekeeperError('ERR_GK_OPTIONS', `createGatekeeper: cookieName ${what}`);
}
