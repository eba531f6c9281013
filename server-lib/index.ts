import { createFieldCheck, createKeeperAdapter, type KeeperAdapter } from './adapter/keeper-adapter.ts';
import { RulesEvents } from './adapter/ofrep/rules-events.ts';
import type { AdapterRequest } from './core/adapter-request.ts';
import { createErrorReporter } from './core/error-reporter.ts';
import { GatekeeperError, type GatekeeperErrorCode } from './core/errors.ts';
import { compileFlags } from './core/flags/compiled-flag.ts';
import type { FlagDefinitions, HostRequest, OverridesOf, RegisteredFlags } from './core/flags/flag.ts';
import type { IncomingRequest } from './core/incoming-request.ts';
import type { KeeperState } from './core/keeper-state.ts';
import { createManifestWriter } from './core/manifest-writer.ts';
import { type CoreOptions, overrideCookieNames, readGatekeeperOptions, validateScenarios } from './core/options.ts';
import { withOverrideCookie } from './core/overrides/explicit-overrides.ts';
import { OverrideCache } from './core/overrides/overrides.ts';
import { readSimulation } from './core/overrides/simulation.ts';
import { environmentVariable, type OptionNames } from './core/read-options.ts';
import { createExposureLog } from './core/request/exposures.ts';
import type { Gate } from './core/request/gate.ts';
import { RequestGate } from './core/request/request-gate.ts';
import { Resolver } from './core/request/resolver.ts';
import { kindOf } from './core/values.ts';
import { isDevelopmentRequest } from './permission/development.ts';
import type { GrantOptions } from './permission/grants/grant-options.ts';
import { createGrants, type Grants } from './permission/grants/grants.ts';
import { createPermissionCheck } from './permission/policy.ts';
import { liveRules, type RulesHealth, type RulesListener } from './rules/live-rules.ts';
import type { RulesSource } from './rules/rules-source.ts';
import type { Scenario } from './wire/manifest.ts';

export type { KeeperAdapter } from './adapter/keeper-adapter.ts';
export { ofrepDocument } from './adapter/ofrep/ofrep-document.ts';
export type { OfrepOptions } from './adapter/ofrep/ofrep-options.ts';
export type { OfrepRequest, OfrepRoute } from './adapter/ofrep/ofrep-route.ts';
export type { EventStream, ProtocolResponse, ProtocolRoute } from './adapter/protocol-response.ts';
export type { ResponseChanges, ResponseHead } from './adapter/response-changes.ts';
export type { AdapterRequest, RequestFacts } from './core/adapter-request.ts';
export { defineFlags } from './core/flags/define-flags.ts';
export type {
  Attributes,
  DecideContext,
  Evaluation,
  EvaluationErrorCode,
  FlagDefinition,
  FlagDefinitions,
  FlagName,
  HostApp,
  HostRequest,
  HostSession,
  Hosts,
  OverridesOf,
  Reason,
  Register,
  RegisteredFlags,
  UserId,
  ValueOf,
  VariantOf,
} from './core/flags/flag.ts';
export type { FlagProvider, ProvidedEvaluation, ProvidedRequest, UserContext } from './core/flags/provided-flags.ts';
export type { IncomingRequest } from './core/incoming-request.ts';
export type { ScenarioOf } from './core/options.ts';
export type { Permission } from './core/overrides/permission.ts';
export type { AttributeChoices, SimulateOptions } from './core/overrides/simulation.ts';
export type { Exposure, ExposureOptions } from './core/request/exposures.ts';
export type { Gate } from './core/request/gate.ts';
export type { VisitorContext } from './core/request/visitor-cookie.ts';
export type { GrantOptions, GrantSubject } from './permission/grants/grant-options.ts';
export type { Grant, Grants, IssuedGrant } from './permission/grants/grants.ts';
export type { GrantKey } from './permission/grants/key-ring.ts';
export type { RulesEvent, RulesHealth, RulesListener } from './rules/live-rules.ts';
export type { RulesSnapshot, RulesSource, SourceEvent, SourceHealth } from './rules/rules-source.ts';
export type { FlagValue, ManifestDocument, Source } from './wire/manifest.ts';
export type { OfrepDocument } from './wire/ofrep.ts';
export { GatekeeperError, type GatekeeperErrorCode };

/** The options of `createGatekeeper`. Only `flags` is required. */
export interface GatekeeperOptions<Flags extends FlagDefinitions> extends CoreOptions<Flags> {
  /**
   * The name of the override cookie, for a site that shares its host with another: `gatekeeper-shop`. Default:
   * `gatekeeper`. With grants it gets the prefix `__Host-`, except in development.
   */
  readonly cookieName?: string;
  /** Lets users request, in production, a permission to override for some hours. */
  readonly grants?: GrantOptions<HostRequest>;
  /** Rules that change flags at run time: a document (flagd's flag definitions), parsed or as a string, or a source. */
  readonly rules?: RulesSource | { readonly flags: object } | string;
}

/** The keeper of an application's flags. It creates the gate of each request. */
export interface Gatekeeper<Flags extends FlagDefinitions = RegisteredFlags> {
  readonly flags: Flags;
  /**
   * Creates a gate for one request, from what is known of it. For tests, `overrides` replaces the override cookie:
   * `gateFor({ overrides: { CHECKOUT: 'ONE_PAGE' } })`. A name that does not exist is reported to `onError`.
   */
  gateFor(request?: AdapterRequest & { readonly overrides?: OverridesOf<Flags> }): Gate<Flags>;
  /** Whether a value, such as `req.gk`, is a gate of this keeper. */
  isGate(value: unknown): value is Gate<Flags>;
  /** The name of the override cookie, outside of development. */
  readonly cookieName: string;
  /** Issues and verifies grants; `undefined` if they are not configured. */
  readonly grants: Grants<IncomingRequest> | undefined;
  /** Resolves when the first rules are loaded, at the latest after two seconds. Never rejects. */
  readonly ready: Promise<void>;
  /** The state of the rules: their revision, their age and the last error. */
  health(): RulesHealth;
  /**
   * Calls `listener` when other rules are in force, when the rules source fails, and when it works again. If the source has
   * failed, calls it at once. Returns a function that removes it.
   */
  onRulesChange(listener: RulesListener): () => void;
  /** Closes the rules source. The rules in force stay in force. */
  close(): Promise<void>;
  /** Functions for the adapter of a framework (docs/adapters.md); `express.ts` is one. */
  readonly adapter: KeeperAdapter<Flags>;
}

const GATEKEEPER_OPTIONS: OptionNames<GatekeeperOptions<FlagDefinitions>> = {
  flags: true,
  name: true,
  environment: true,
  cookieName: true,
  allowOverrides: true,
  grants: true,
  rules: true,
  scenarios: true,
  simulate: true,
  onEvaluate: true,
  exposures: true,
  onError: true,
};

/** Creates the keeper of an application's flags. Throws a `GatekeeperError` for invalid options. */
export function createGatekeeper<const Flags extends FlagDefinitions>(
  options: GatekeeperOptions<Flags>,
): Gatekeeper<Flags> {
  const own = readGatekeeperOptions(options, GATEKEEPER_OPTIONS as OptionNames<GatekeeperOptions<Flags>>);
  const flags = compileFlags(own.flags);
  const report = createErrorReporter(own.onError);
  const grants =
    own.grants === undefined ? undefined : createGrants(own.grants as GrantOptions<IncomingRequest>, report);
  const names = overrideCookieNames(own.cookieName, grants !== undefined);
  const rules = liveRules(own.rules, flags, report);
  const simulation = readSimulation(own.simulate);
  const production = new OverrideCache(names.production, flags, simulation);
  const isSameName = names.development === names.production;
  const development = isSameName ? production : new OverrideCache(names.development, flags, simulation);
  const state: KeeperState = {
    flags,
    report,
    resolver: new Resolver(report),
    permissionRule: createPermissionCheck({ policy: own.allowOverrides, grants }, report),
    isDevelopment: isDevelopmentRequest,
    rules,
    providers: new Set(),
    testOverrides: undefined,
    logExposure: own.onEvaluate && createExposureLog(own.onEvaluate, own.exposures ?? {}, report),
    overrideCaches: { production, development },
  };
  const environment = own.environment ?? environmentVariable('NODE_ENV');
  const writeManifest = createManifestWriter(state, {
    ...(own.name === undefined ? {} : { app: own.name }),
    ...(environment ? { environment } : {}),
    grantUrl: grants?.path,
    simulation,
    scenarios: validateScenarios((own.scenarios === undefined ? [] : own.scenarios) as readonly Scenario[], flags),
  });
  const rulesEvents = new RulesEvents({
    onChange: (listener) => rules.onChange(({ kind }) => kind === 'changed' && listener()),
    revision: () => rules.current().revision,
  });
  const checkFields = createFieldCheck('gateFor', state);
  return {
    flags: own.flags,
    cookieName: names.production,
    grants,
    gateFor(options) {
      const request = options ?? {};
      checkFields(request);
      if (!Object.hasOwn(request, 'overrides')) {
        return new RequestGate(state, request) as unknown as Gate<Flags>;
      }
      const gate = new RequestGate(state, withOverrideCookie(request, state));
      if (!gate.mayOverride()) {
        const what = 'gateFor: this request may not override, so its overrides are ignored';
        report(new GatekeeperError('ERR_GK_OVERRIDE_NOT_SET', `${what}; pass mayOverride: true or set NODE_ENV=test`));
      }
      return gate as unknown as Gate<Flags>;
    },
    isGate: (value): value is Gate<Flags> => RequestGate.isGateOf(state, value),
    ready: rules.ready,
    health: () => rules.health(),
    onRulesChange(listener) {
      if (typeof listener === 'function') return rules.onChange(listener);
      throw new GatekeeperError('ERR_GK_OPTIONS', `onRulesChange: expected a function; got ${kindOf(listener)}`);
    },
    close() {
      rulesEvents.close();
      return rules.close();
    },
    adapter: createKeeperAdapter({
      state,
      cookieNames: names,
      rulesEvents,
      grants: grants as Grants<unknown> | undefined,
      manifestFor: writeManifest,
      pages: new Map(),
    }),
  };
}
