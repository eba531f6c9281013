import type { PermissionRule } from './adapter-request.ts';
import type { ErrorReporter } from './error-reporter.ts';
import type { CompiledFlag } from './flags/compiled-flag.ts';
import type { FlagProvider } from './flags/provided-flags.ts';
import type { IncomingRequest } from './incoming-request.ts';
import type { OverrideCache } from './overrides/overrides.ts';
import type { TestOverrides } from './overrides/test-overrides.ts';
import type { ExposureLog } from './request/exposures.ts';
import type { Resolver } from './request/resolver.ts';
import type { Ruleset } from './rules-port.ts';

/** What all gates of a keeper share. */
export interface KeeperState {
  readonly flags: ReadonlyMap<string, CompiledFlag>;
  readonly report: ErrorReporter;
  /** For a request without `mayOverride`. */
  readonly permissionRule: PermissionRule;
  /** For a request without `isDevelopment`. Never throws. */
  readonly isDevelopment: (incoming: IncomingRequest | undefined) => boolean;
  /** Called for each evaluation; `undefined` without `onEvaluate`. */
  readonly logExposure: ExposureLog | undefined;
  readonly resolver: Resolver;
  /** The rules in force now. */
  readonly rules: { current(): Ruleset };
  /** Other libraries that evaluate flags in place of the keeper, which then only overrides them. */
  readonly providers: Set<FlagProvider>;
  /** The overrides that a test applies to the requests that begin now; `undefined` outside of tests. */
  testOverrides: TestOverrides | undefined;
  /** The caches for override cookies, the same one twice if the cookie has the same name in development. */
  readonly overrideCaches: { readonly production: OverrideCache; readonly development: OverrideCache };
}
