import { encodeOverrides } from '../wire/override-cookie.ts';
import type { CompiledFlag } from './compiled-flag.ts';
import type { Configuration } from './configuration.ts';
import type { GateRequest } from './gate-request.ts';
import { GatekeeperError, quoted } from './gatekeeper-error.ts';
import { didYouMean } from './nearest-name.ts';

/** A request whose overrides the application names itself, as a test does. */
export interface RequestWithOverrides extends GateRequest {
  readonly overrides?: unknown;
}

/**
 * The request with the cookie that a browser with these overrides would send, so that they apply under the same rules.
 * Reports flags and variants that do not exist: here they are the programmer's mistake, not a leftover in a browser.
 */
export function withOverrideCookie(
  request: RequestWithOverrides,
  { flags, report, cookiesFor }: Configuration,
): GateRequest {
  const overrides = new Map<string, string>();
  for (const [name, variant] of Object.entries(request.overrides ?? {})) {
    if (variant === undefined) continue;
    const mistake = mistakeIn(name, variant, flags);
    if (mistake === undefined) overrides.set(name, variant);
    else report(new GatekeeperError('ERR_GK_OVERRIDE_NOT_SET', `gateFor: ${mistake}`, { flag: name }));
  }
  const cookie = `${cookiesFor(request).name}=${encodeOverrides(overrides)}`;
  // The same prototype, so that a class's getters count as before.
  return Object.create(Object.getPrototypeOf(request), {
    ...Object.getOwnPropertyDescriptors(request),
    cookie: { value: cookie },
  });
}

function mistakeIn(name: string, variant: unknown, flags: ReadonlyMap<string, CompiledFlag>): string | undefined {
  const flag = flags.get(name);
  if (flag === undefined) return `there is no flag ${quoted(name)} to override${didYouMean(name, flags.keys())}`;
  if (typeof variant !== 'string' || !flag.has(variant)) {
    return `${name} has no variant ${quoted(variant)}${didYouMean(variant, flag.variants)}`;
  }
  return flag.definition.overridable === false ? `${name} is not overridable` : undefined;
}
