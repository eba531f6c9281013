import type { CompiledFlag } from './compiled-flag.ts';
import type { Decisions } from './decision.ts';
import type { ExposureLog } from './exposures.ts';
import type { GateRequest } from './gate-request.ts';
import { type ResolvedOverrides, resolveOverrides } from './overrides.ts';
import type { Permission } from './permission.ts';
import type { Report } from './report.ts';
import type { Ruleset } from './ruleset.ts';

/** What all gates of one keeper share. */
export interface Configuration {
  readonly flags: ReadonlyMap<string, CompiledFlag>;
  readonly cookieName: string;
  readonly report: Report;
  /** This request's leave to override; never throws. */
  readonly permission: (request: GateRequest) => Permission | undefined;
  /** Told of each answer that a request is given; `undefined` where nobody asked for that. */
  readonly exposed: ExposureLog | undefined;
  readonly decisions: Decisions;
  /** The rules in force at this moment. */
  readonly rules: () => Ruleset;
  /** What an override cookie's raw value comes to. */
  readonly resolve: (value: string) => ResolvedOverrides;
}

/** Resolves override cookies, and remembers the last one: a browser sends the same with every request. */
export function rememberingResolver(
  name: string,
  flags: ReadonlyMap<string, CompiledFlag>,
): (value: string) => ResolvedOverrides {
  let lastValue: string | undefined;
  let lastResolved: ResolvedOverrides | undefined;
  return function resolve(value) {
    if (lastResolved === undefined || value !== lastValue) {
      lastResolved = resolveOverrides(value, name, flags);
      // A slice would keep the whole header alive (V8's sliced strings); what is glued and cut again keeps only itself.
      lastValue = ` ${value}`.slice(1);
    }
    return lastResolved;
  };
}
