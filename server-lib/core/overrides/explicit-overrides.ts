import { encodeOverrides } from '../../wire/override-cookie.ts';
import { type AdapterRequest, readIsDevelopment } from '../adapter-request.ts';
import type { ErrorReporter } from '../error-reporter.ts';
import { GatekeeperError } from '../errors.ts';
import type { CompiledFlag } from '../flags/compiled-flag.ts';
import type { KeeperState } from '../keeper-state.ts';
import { isThenable } from '../thenable.ts';
import { didYouMean, isRecord, kindOf, quoted } from '../values.ts';

/** A request whose overrides the application passes directly, as a test does. */
export interface RequestWithOverrides extends AdapterRequest {
  readonly overrides?: unknown;
}

/**
 * The request with the cookie that a browser with these overrides would send, so that the same rules apply. Reports
 * flags and variants that do not exist: here they are the programmer's mistake, not old overrides of a browser.
 */
export function withOverrideCookie(
  request: RequestWithOverrides,
  { flags, report, overrideCaches, isDevelopment }: KeeperState,
): AdapterRequest {
  const overrides = new Map<string, string>();
  for (const [name, variant] of readOverrideEntries(request, report)) {
    if (variant === undefined) continue;
    const error = overrideError(name, variant, flags);
    if (error === undefined) overrides.set(name, variant as string);
    else report(new GatekeeperError('ERR_GK_OVERRIDE_NOT_SET', `gateFor: ${error}`, { flag: name }));
  }
  const { name } = overrideCaches[readIsDevelopment(request, isDevelopment) ? 'development' : 'production'];
  const cookie = `${name}=${encodeOverrides(overrides)}`;
  // The same prototype, so that a class's getters count as before.
  return Object.create(Object.getPrototypeOf(request), {
    ...Object.getOwnPropertyDescriptors(request),
    cookie: { value: cookie },
  });
}

function readOverrideEntries(
  request: RequestWithOverrides,
  report: ErrorReporter,
): readonly (readonly [string, unknown])[] {
  let got = 'a getter that throws';
  try {
    const overrides = request.overrides ?? {};
    const isPromise = isThenable(overrides);
    if (!isPromise && isRecord(overrides)) return Object.entries(overrides);
    got = isPromise ? 'a promise' : kindOf(overrides);
  } catch {
    // Reported below.
  }
  const what = `overrides must be an object, { FLAG: 'VARIANT' }; got ${got}`;
  report(new GatekeeperError('ERR_GK_OVERRIDE_NOT_SET', `gateFor: ${what}`));
  return [];
}

function overrideError(name: string, variant: unknown, flags: ReadonlyMap<string, CompiledFlag>): string | undefined {
  const flag = flags.get(name);
  if (flag === undefined) return `there is no flag ${quoted(name)} to override${didYouMean(name, flags.keys())}`;
  if (typeof variant !== 'string' || !flag.hasVariant(variant)) {
    return `${name} has no variant ${quoted(variant)}${didYouMean(variant, flag.variants)}`;
  }
  return flag.definition.overridable === false ? `${name} is not overridable` : undefined;
}
