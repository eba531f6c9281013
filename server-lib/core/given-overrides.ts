import { encodeOverrides } from '../wire/override-cookie.ts';
import type { CompiledFlag } from './compiled-flag.ts';
import type { Configuration } from './configuration.ts';
import type { GateRequest } from './gate-request.ts';
import { GatekeeperError, isRecord, kindOf, quoted } from './gatekeeper-error.ts';
import { didYouMean } from './nearest-name.ts';
import type { Report } from './report.ts';
import { isThenable } from './thenable.ts';

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
  for (const [name, variant] of entriesOf(request, report)) {
    if (variant === undefined) continue;
    const mistake = mistakeIn(name, variant, flags);
    if (mistake === undefined) overrides.set(name, variant as string);
    else report(new GatekeeperError('ERR_GK_OVERRIDE_NOT_SET', `gateFor: ${mistake}`, { flag: name }));
  }
  const cookie = `${cookiesFor(request).name}=${encodeOverrides(overrides)}`;
  // The same prototype, so that a class's getters count as before.
  return Object.create(Object.getPrototypeOf(request), {
    ...Object.getOwnPropertyDescriptors(request),
    cookie: { value: cookie },
  });
}

function entriesOf(request: RequestWithOverrides, report: Report): readonly (readonly [string, unknown])[] {
  let got = 'a getter that throws';
  try {
    const overrides = request.overrides ?? {};
    const isPromise = isThenable(overrides);
    if (!isPromise && isRecord(overrides)) return Object.entries(overrides);
    got = isPromise ? 'a promise' : kindOf(overrides);
  } catch {
    // As where there are none.
  }
  const what = `overrides must be an object, { FLAG: 'VARIANT' }; got ${got}`;
  report(new GatekeeperError('ERR_GK_OVERRIDE_NOT_SET', `gateFor: ${what}`));
  return [];
}

function mistakeIn(name: string, variant: unknown, flags: ReadonlyMap<string, CompiledFlag>): string | undefined {
  const flag = flags.get(name);
  if (flag === undefined) return `there is no flag ${quoted(name)} to override${didYouMean(name, flags.keys())}`;
  if (typeof variant !== 'string' || !flag.has(variant)) {
    return `${name} has no variant ${quoted(variant)}${didYouMean(variant, flag.variants)}`;
  }
  return flag.definition.overridable === false ? `${name} is not overridable` : undefined;
}
