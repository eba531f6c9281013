import { MANIFEST_LIMITS } from '../wire/limits.ts';
import type { Scenario } from '../wire/manifest.ts';
import { HOST_PREFIX, isOverrideCookieName, OVERRIDE_COOKIE } from '../wire/names.ts';
import { ownField } from '../wire/untrusted-json.ts';
import type { ErrorHook } from './error-reporter.ts';
import { GatekeeperError } from './errors.ts';
import type { CompiledFlag } from './flags/compiled-flag.ts';
import type { FlagDefinitions, HostRequest, OverridesOf } from './flags/flag.ts';
import { type OptionNames, readOptions } from './read-options.ts';
import type { Exposure, ExposureOptions } from './request/exposures.ts';
import { didYouMean, isRecord, kindOf, quoted } from './values.ts';

/** A named set of overrides to propose in the popup, typed to an application's flags. */
export interface ScenarioOf<Flags extends FlagDefinitions> {
  readonly name: string;
  readonly description?: string;
  readonly overrides: OverridesOf<Flags>;
}

/** What an application tells its gatekeeper of its flags; everything but the flags may be left out. */
export interface CoreOptions<Flags extends FlagDefinitions> {
  readonly flags: Flags;
  /** The application's name, for the popup. */
  readonly name?: string;
  /** The environment's name, for the popup; `NODE_ENV` where left out. */
  readonly environment?: string;
  /**
   * Who may override outside development: exactly `true` lets a request in. Synchronous; a promise lets nobody in.
   * While it runs, `req.gk` sees no overrides.
   */
  readonly allowOverrides?: (request: HostRequest) => boolean;
  readonly scenarios?: readonly ScenarioOf<Flags>[];
  /** Told which variants people were really given: each flag, variant and user once. */
  readonly onEvaluate?: (exposure: Exposure) => unknown;
  readonly exposures?: ExposureOptions;
  /** Told of mistakes while requests are served; without it each kind is printed once. */
  readonly onError?: ErrorHook;
}

/** The options of `createGatekeeper`, checked; what a prototype holds does not count. */
export function readGatekeeperOptions<Options extends CoreOptions<FlagDefinitions>>(
  options: Options,
  names: OptionNames<Options>,
): Options {
  if (!isRecord(options) || !isRecord(ownField(options, 'flags'))) {
    throw new GatekeeperError('ERR_GK_OPTIONS', 'createGatekeeper needs flags: createGatekeeper({ flags })');
  }
  const given = readOptions('createGatekeeper', options, names);
  for (const hook of ['allowOverrides', 'onError', 'onEvaluate'] as const) {
    if (given[hook] !== undefined && typeof given[hook] !== 'function') {
      throw new GatekeeperError('ERR_GK_OPTIONS', `${hook} is a function, not ${quoted(given[hook])}`);
    }
  }
  for (const text of ['name', 'environment'] as const) {
    if (given[text] !== undefined && typeof given[text] !== 'string') {
      throw new GatekeeperError('ERR_GK_OPTIONS', `${text} must be a string; got ${kindOf(given[text])}`);
    }
  }
  const { overrides, window = 1 } = readOptions(
    'createGatekeeper: exposures',
    given.exposures === undefined ? {} : given.exposures,
    EXPOSURE_OPTIONS,
  );
  if ((overrides !== undefined && typeof overrides !== 'boolean') || !Number.isInteger(window) || window < 1) {
    const way = 'exposures is { overrides: true or false, window: how many are remembered }';
    throw new GatekeeperError('ERR_GK_OPTIONS', way);
  }
  return given;
}

const EXPOSURE_OPTIONS: OptionNames<ExposureOptions> = { overrides: true, window: true };
const SCENARIO_FIELDS: OptionNames<Scenario> = { name: true, description: true, overrides: true };

/** Checks that scenarios are a list of such, and name flags and variants that exist. */
export function validateScenarios(
  scenarios: readonly Scenario[],
  flags: ReadonlyMap<string, CompiledFlag>,
): readonly Scenario[] {
  if (!Array.isArray(scenarios) || !scenarios.every(isScenario)) {
    throw new GatekeeperError('ERR_GK_OPTIONS', 'scenarios is a list of { name, overrides: { FLAG: variant } }');
  }
  if (scenarios.length > MANIFEST_LIMITS.scenarios) {
    const message = `${scenarios.length} scenarios are more than a client shows: ${MANIFEST_LIMITS.scenarios}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', message);
  }
  const checked: Scenario[] = [];
  const names = new Set<string>(['']); // a client takes blanks off, and shows no scenario without a name
  for (const scenario of scenarios) {
    const { name, description, overrides } = readOptions(
      `Scenario ${quoted(scenario.name)}`,
      scenario,
      SCENARIO_FIELDS,
      'ERR_GK_SCENARIO',
    );
    if (names.has(name.trim())) {
      throw new GatekeeperError('ERR_GK_SCENARIO', `Scenario ${quoted(name)} needs a name that no other one has`);
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
    // Copies: a manifest holds what was checked, whatever the application does to its own objects later.
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
  /** Without the prefix `__Host-`, which browsers refuse on plain http at any address but the machine's own. */
  readonly development: string;
}

/** The names for the option `cookieName`; throws a `GatekeeperError` if it is not a name for an override cookie. */
export function overrideCookieNames(cookieName: unknown, hasGrants: boolean): OverrideCookieNames {
  const name = cookieName === undefined ? OVERRIDE_COOKIE : cookieName;
  if (!isOverrideCookieName(name)) {
    throw cookieNameError(
      `must be "gatekeeper", or start with it and go on with letters, digits, "_" or "-"; got ${quoted(name)}`,
    );
  }
  if (!hasGrants) return { production: name, development: name };
  if (name.startsWith('__Secure-')) {
    throw cookieNameError(
      `gets the prefix "${HOST_PREFIX}" where grants are configured; got ${quoted(name)}. Remove "__Secure-"`,
    );
  }
  const development = name.startsWith(HOST_PREFIX) ? name.slice(HOST_PREFIX.length) : name;
  return { production: HOST_PREFIX + development, development };
}

function cookieNameError(what: string): GatekeeperError {
  return new GatekeeperError('ERR_GK_OPTIONS', `createGatekeeper: cookieName ${what}`);
}
