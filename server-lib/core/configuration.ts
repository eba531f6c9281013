import { findCookie } from '../wire/cookie-header.ts';
import type { CompiledFlag } from './compiled-flag.ts';
import type { Decisions } from './decision.ts';
import type { ExposureLog } from './exposures.ts';
import type { GateRequest } from './gate-request.ts';
import { NO_OVERRIDES, type ResolvedOverrides, resolveOverrides } from './overrides.ts';
import type { Permission } from './permission.ts';
import type { Report } from './report.ts';
import type { Ruleset } from './ruleset.ts';

/** What all gates of one keeper share. */
export interface Configuration {
  readonly flags: ReadonlyMap<string, CompiledFlag>;
  readonly report: Report;
  /** Whether a request that does not say may override; never throws. */
  readonly permissionByDefault: () => Permission | false;
  /** Told of each answer that a request is given; `undefined` where nobody asked for that. */
  readonly exposed: ExposureLog | undefined;
  readonly decisions: Decisions;
  /** The rules, as they are in force at a moment. */
  readonly rules: { current(): Ruleset };
  /** The override cookies of requests like this one: development may have another name for them. */
  readonly cookiesFor: (request: GateRequest) => OverrideCookies;
}

/**
 * The override cookies of requests. The last one is remembered, for a browser sends the same with every request: the
 * header that it came in, and its raw value in case the header's other cookies change.
 */
export class OverrideCookies {
  readonly name: string;
  readonly #flags: ReadonlyMap<string, CompiledFlag>;
  #header: string | undefined;
  #value = '';
  #resolvedValue: string | undefined;
  #resolved: ResolvedOverrides = NO_OVERRIDES;

  constructor(name: string, flags: ReadonlyMap<string, CompiledFlag>) {
    this.name = name;
    this.#flags = flags;
  }

  /** The override cookie's raw value in a `Cookie` header. */
  find(header: string): string | undefined {
    if (header === this.#header) return this.#value;
    const value = findCookie(header, this.name);
    if (value === undefined) return undefined;
    this.#header = header;
    this.#value = value;
    return value;
  }

  /** What an override cookie's raw value comes to. */
  resolve(value: string): ResolvedOverrides {
    if (value === this.#resolvedValue) return this.#resolved;
    this.#resolved = resolveOverrides(value, this.name, this.#flags);
    this.#resolvedValue = value;
    return this.#resolved;
  }
}
