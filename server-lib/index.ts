import type { IncomingMessage } from 'node:http';
import { createAuthority } from './authority/authority.ts';
import { isDevelopment, surroundingsOf } from './authority/development.ts';
import type { GrantOptions } from './authority/grant-options.ts';
import { createGrants, type Grants } from './authority/grants.ts';
import type { CompiledFlag } from './core/compiled-flag.ts';
import { type Configuration, OverrideCookies } from './core/configuration.ts';
import { Decisions } from './core/decision.ts';
import { environmentVariable } from './core/environment-variable.ts';
import { exposureLog } from './core/exposures.ts';
import type { FlagDefinitions, HostRequest, OverridesOf, RegisteredFlags } from './core/flag.ts';
import type { Gate } from './core/gate.ts';
import { type GateRequest, reportMisspeltField } from './core/gate-request.ts';
import { GatekeeperError, type GatekeeperErrorCode, quoted } from './core/gatekeeper-error.ts';
import { withOverrideCookie } from './core/given-overrides.ts';
import { manifestWriter } from './core/manifest-writer.ts';
import { type CoreOptions, checkedScenarios, compileFlags, gatekeeperOptions } from './core/options.ts';
import { type OverrideCookieNames, overrideCookieNames } from './core/override-cookie-names.ts';
import type { Permission } from './core/permission.ts';
import type { OptionNames } from './core/read-options.ts';
import { createReport } from './core/report.ts';
import { isInDevelopment } from './core/request-field.ts';
import { RequestGate } from './core/request-gate.ts';
import { liveRules, type RulesHealth } from './rules/live-rules.ts';
import type { RulesSource } from './rules/rules-source.ts';
import type { ManifestDocument, Scenario } from './wire/manifest.ts';

export type { GrantOptions, GrantSubject } from './authority/grant-options.ts';
export type { Grant, Grants, IssuedGrant } from './authority/grants.ts';
export type { GrantKey } from './authority/key-ring.ts';
export { defineFlags } from './core/define-flags.ts';
export type { Evaluation, EvaluationErrorCode, Reason } from './core/evaluation.ts';
export type { Exposure, ExposureOptions } from './core/exposures.ts';
export type {
  Attributes,
  DecideContext,
  FlagDefinition,
  FlagDefinitions,
  FlagName,
  HostTypes,
  OverridesOf,
  Register,
  RegisteredFlags,
  UserId,
  VariantOf,
} from './core/flag.ts';
export type { Gate } from './core/gate.ts';
export type { GateRequest } from './core/gate-request.ts';
export type { ScenarioOf } from './core/options.ts';
export type { Permission } from './core/permission.ts';
export type { RulesHealth } from './rules/live-rules.ts';
export type { RulesSnapshot, RulesSource, SourceEvent, SourceHealth } from './rules/rules-source.ts';
export type { ManifestDocument, Source } from './wire/manifest.ts';
export { GatekeeperError, type GatekeeperErrorCode };

/** What an application tells its gatekeeper; everything but the flags may be left out. */
export interface GatekeeperOptions<Flags extends FlagDefinitions> extends CoreOptions<Flags> {
  /**
   * The name of the override cookie, for a site that shares a host with another: `gatekeeper-shop`, `gatekeeper` where left
   * out. With grants it gets the prefix `__Host-`, except in development.
   */
  readonly cookieName?: string;
  /** Lets people ask, in production, for leave to override that lasts some hours. */
  readonly grants?: GrantOptions<HostRequest>;
  /** Decides flags at run time: a rules document (flagd's flag definitions), parsed or as text, or a source of them. */
  readonly rules?: RulesSource | { readonly flags: object } | string;
}

/** An application's flags, ready to be asked by any request. */
export interface Gatekeeper<Flags extends FlagDefinitions = RegisteredFlags> {
  readonly flags: Flags;
  /**
   * A gate for one request; hand over what is known of it. `overrides` are what the override cookie would hold, for
   * tests: `gateFor({ overrides: { CHECKOUT: 'ONE_PAGE' } })`. A name that does not exist is reported to `onError`.
   */
  gateFor(request?: GateRequest & { readonly overrides?: OverridesOf<Flags> }): Gate<Flags>;
  /** Whether a value, `req.gk` for one, is a gate of this keeper. */
  opened(value: unknown): value is Gate<Flags>;
  /** The cookie that holds a browser's overrides, outside of development. */
  readonly cookieName: string;
  /** The cookie that holds this request's overrides: the one that its manifest names. */
  cookieNameFor(request: IncomingMessage): string;
  /** Leave to override: whom the application grants it, and whose grant holds. */
  readonly grants: Grants<IncomingMessage> | undefined;
  /** This request's leave to override, or `false`; for the adapter of a framework. */
  mayOverride(request: IncomingMessage): Permission | false;
  /** Whether the request comes to a developer's own machine, where everyone may override. */
  isDevelopment(request: IncomingMessage): boolean;
  /** Resolves when the first rules are there, or after two seconds without; never rejects. */
  readonly ready: Promise<void>;
  /** How the rules are doing. */
  health(): RulesHealth;
  /** Stops following the rules and closes their source; what is in force stays so. */
  close(): Promise<void>;
  /** The manifest as the request of `gate` may see it; ask `gate.mayOverride()` before you show it to anyone. */
  manifestFor(gate: Gate<Flags>, options?: { readonly secure?: boolean }): ManifestDocument;
}

const OPTIONS: OptionNames<GatekeeperOptions<FlagDefinitions>> = {
  flags: true,
  name: true,
  environment: true,
  cookieName: true,
  allowOverrides: true,
  grants: true,
  rules: true,
  scenarios: true,
  onEvaluate: true,
  exposures: true,
  onError: true,
};

// The same line of an application makes one gate as the other: looking at each would cost every request.
const FIRST_REQUESTS = 100;

/** Makes an application's flags ready; throws a `GatekeeperError` for options that cannot be meant. */
export function createGatekeeper<const Flags extends FlagDefinitions>(
  options: GatekeeperOptions<Flags>,
): Gatekeeper<Flags> {
  const own = gatekeeperOptions(options, OPTIONS as OptionNames<GatekeeperOptions<Flags>>);
  const flags = compileFlags(own.flags);
  const report = createReport(own.onError);
  const grants =
    own.grants === undefined ? undefined : createGrants(own.grants as GrantOptions<IncomingMessage>, report);
  const names = overrideCookieNames(own.cookieName, grants !== undefined);
  const authority = createAuthority({ policy: own.allowOverrides, grants }, report);
  const rules = liveRules(own.rules, flags, report);
  const configuration: Configuration = {
    flags,
    report,
    decisions: new Decisions(report),
    permissionByDefault: () => authority(undefined),
    rules,
    exposed: own.onEvaluate && exposureLog(own.onEvaluate, own.exposures ?? {}, report),
    cookiesFor: cookiesIn(names, flags),
  };
  const environment = own.environment ?? environmentVariable('NODE_ENV');
  const writeManifest = manifestWriter(configuration, {
    ...(own.name === undefined ? {} : { app: own.name }),
    ...(environment ? { environment } : {}),
    grantUrl: grants?.path,
    scenarios: checkedScenarios((own.scenarios === undefined ? [] : own.scenarios) as readonly Scenario[], flags),
  });
  let unchecked = FIRST_REQUESTS;
  return {
    flags: own.flags,
    cookieName: names.production,
    cookieNameFor: (request) => (isDeveloper(request) ? names.development : names.production),
    grants,
    gateFor(given) {
      const request = given ?? {};
      if (unchecked > 0) {
        unchecked -= 1;
        reportMisspeltField(request, report);
      }
      if (!Object.hasOwn(request, 'overrides')) {
        return new RequestGate(configuration, request) as unknown as Gate<Flags>;
      }
      const gate = new RequestGate(configuration, withOverrideCookie(request, configuration));
      if (!gate.mayOverride()) {
        const what = 'gateFor: this request may not override, so its overrides are ignored';
        report(new GatekeeperError('ERR_GK_OVERRIDE_NOT_SET', `${what}; pass mayOverride: true or set NODE_ENV=test`));
      }
      return gate as unknown as Gate<Flags>;
    },
    opened: (value): value is Gate<Flags> => RequestGate.isOf(configuration, value),
    mayOverride: authority,
    isDevelopment: isDeveloper,
    ready: rules.ready,
    health: () => rules.health(),
    close: () => rules.close(),
    manifestFor(gate, { secure = false } = {}) {
      if (RequestGate.isOf(configuration, gate)) return writeManifest(gate as unknown as RequestGate, secure);
      const what = 'manifestFor: expected a gate of this keeper, req.gk or that of keeper.gateFor()';
      throw new GatekeeperError('ERR_GK_OPTIONS', `${what}; got ${quoted(gate)}`);
    },
  };
}

function cookiesIn(
  names: OverrideCookieNames,
  flags: ReadonlyMap<string, CompiledFlag>,
): (request: GateRequest) => OverrideCookies {
  const production = new OverrideCookies(names.production, flags);
  if (names.development === names.production) return () => production;
  const development = new OverrideCookies(names.development, flags);
  return (request) => (isInDevelopment(request, () => isDeveloper(undefined)) ? development : production);
}

function isDeveloper(request: IncomingMessage | undefined): boolean {
  return isDevelopment(surroundingsOf(request));
}
