import type { AdapterRequest } from './adapter-request.ts';
import type { ErrorReporter } from './error-reporter.ts';
import type { CompiledFlag } from './flags/compiled-flag.ts';
import type { OverrideCache } from './overrides/overrides.ts';
import type { Permission } from './overrides/permission.ts';
import type { ExposureLog } from './request/exposures.ts';
import type { Resolver } from './request/resolver.ts';
import type { Ruleset } from './rules-port.ts';

/** What all gates of one keeper share. */
export interface KeeperState {
  readonly flags: ReadonlyMap<string, CompiledFlag>;
  readonly report: ErrorReporter;
  /** Whether a request that does not say may override; never throws. */
  readonly defaultPermission: () => Permission | false;
  /** Told of each answer that a request is given; `undefined` where nobody asked for that. */
  readonly logExposure: ExposureLog | undefined;
  readonly resolver: Resolver;
  /** The rules, as they are in force at a moment. */
  readonly rules: { current(): Ruleset };
  /** The override cookies of requests like this one: development may have another name for them. */
  readonly overrideCacheFor: (request: AdapterRequest) => OverrideCache;
}
