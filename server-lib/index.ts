import type { IncomingMessage } from 'node:http';
import { createAuthority } from './authority/authority.ts';
import { type Configuration, rememberingResolver } from './core/configuration.ts';
import type { FlagDefinitions, RegisteredFlags } from './core/flag.ts';
import type { Gate } from './core/gate.ts';
import type { GateRequest } from './core/gate-request.ts';
import { manifestWriter } from './core/manifest-writer.ts';
import { checkedScenarios, compileFlags, type GatekeeperOptions, ownOptions } from './core/options.ts';
import { createReport } from './core/report.ts';
import { RequestGate } from './core/request-gate.ts';
import type { ManifestDocument, Scenario } from './wire/manifest.ts';
import { OVERRIDE_COOKIE } from './wire/names.ts';

export { defineFlags } from './core/define-flags.ts';
export type { Evaluation, EvaluationErrorCode, Reason } from './core/evaluation.ts';
export type {
  Attributes,
  DecideContext,
  FlagDefinition,
  FlagDefinitions,
  FlagName,
  HostTypes,
  Register,
  RegisteredFlags,
  UserId,
  VariantOf,
} from './core/flag.ts';
export type { Gate } from './core/gate.ts';
export type { GateRequest } from './core/gate-request.ts';
export { GatekeeperError, type GatekeeperErrorCode } from './core/gatekeeper-error.ts';
export type { GatekeeperOptions, ScenarioOf } from './core/options.ts';
export type { ManifestDocument, Source } from './wire/manifest.ts';

/** An application's flags, ready to be asked by any request. */
export interface Gatekeeper<Flags extends FlagDefinitions = RegisteredFlags> {
  readonly flags: Flags;
  /** A gate for one request; hand over what is known of it. */
  gateFor(request?: GateRequest): Gate<Flags>;
  /** Whether this request may override; for the adapter of a framework. */
  mayOverride(request: IncomingMessage): boolean;
  /** The manifest as the request of `gate` may see it; ask `gate.mayOverride()` before you show it to anyone. */
  manifestFor(gate: Gate<Flags>, options?: { readonly secure?: boolean }): ManifestDocument;
}

/** Makes an application's flags ready; throws a `GatekeeperError` for options that cannot be meant. */
export function createGatekeeper<const Flags extends FlagDefinitions>(
  options: GatekeeperOptions<Flags>,
): Gatekeeper<Flags> {
  const own = ownOptions(options);
  const flags = compileFlags(own.flags);
  const report = createReport(own.onError);
  const authority = createAuthority(own.allowOverrides, report);
  const configuration: Configuration = {
    flags,
    cookieName: OVERRIDE_COOKIE,
    report,
    mayOverride: (request) =>
      Object.hasOwn(request, 'mayOverride') ? request.mayOverride === true : authority(undefined),
    resolve: rememberingResolver(OVERRIDE_COOKIE, flags),
  };
  const environment = own.environment ?? process.env.NODE_ENV;
  const writeManifest = manifestWriter(configuration, {
    ...(own.name === undefined ? {} : { app: own.name }),
    ...(environment ? { environment } : {}),
    scenarios: checkedScenarios((own.scenarios ?? []) as readonly Scenario[], flags),
  });
  return {
    flags: own.flags,
    gateFor: (request = {}) => new RequestGate(configuration, request) as unknown as Gate<Flags>,
    mayOverride: authority,
    manifestFor: (gate, { secure = false } = {}) => writeManifest(gate as unknown as RequestGate, secure),
  };
}
