import type { AdapterRequest } from './adapter-request.ts';
import type { ErrorReporter } from './error-reporter.ts';
import type { CompiledFlag } from './flags/compiled-flag.ts';
import type { OverrideCache } from './overrides/overrides.ts';
import type { Permission } from './overrides/permission.ts';
import type { ExposureLog } from './request/exposures.ts';
import type { Resolver } from './request/resolver.ts';
import type { Ruleset } from './rules-port.ts';

/** What all gates of a keeper share. */
export interface KeeperState {
  readonly flags: ReadonlyMap<string, CompiledFlag>;
  readonly report: ErrorReporter;
  /** The permission of a request without `mayOverride`. Never throws. */
  readonly defaultPermission: () => Permission | false;
  /** Called for each evaluation; `undefined` without `onEvaluate`. */
  readonly logExposure: ExposureLog | undefined;
  readonly resolver: Resolver;
  /** The rules in force now. */
  readonly rules: { current(): Ruleset };
  /** Whether the request comes to the developer's own machine. Never throws. */
  readonly isDevelopment: (request: AdapterRequest) => boolean;
  /** The cache for the request's override cookie, which may have another name in development. */
  readonly overrideCacheFor: (request: AdapterRequest) => OverrideCache;
}
