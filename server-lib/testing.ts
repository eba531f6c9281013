import { AsyncLocalStorage } from 'node:async_hooks';
import { checkKeeper } from './adapter/host-options.ts';
import { GatekeeperError } from './core/errors.ts';
import { type OptionNames, readOptions } from './core/read-options.ts';
import { boundGate } from './core/request/gate.ts';
import { didYouMean, isRecord, kindOf, quoted } from './core/values.ts';
import {
  createGatekeeper,
  defineFlags,
  type FlagDefinition,
  type FlagDefinitions,
  type FlagName,
  type Gate,
  type Gatekeeper,
  type OverridesOf,
  type RegisteredFlags,
  type VariantOf,
} from './index.ts';
import { MAX_COOKIE_BYTES } from './wire/limits.ts';
import { isOverrideCookieName, OVERRIDE_COOKIE } from './wire/names.ts';
import { cookieBytes, encodeOverrides } from './wire/override-cookie.ts';

/**
 * A gate for a unit test: the flags in `overrides` have those variants, all others their defaults. It does not read user lists
 * or call `decide`. Its methods throw a `GatekeeperError` for a flag or a variant that does not exist; `evaluations()` returns
 * what the code under test has evaluated.
 */
export function fakeGate<const Flags extends FlagDefinitions>(
  flags: Flags,
  overrides: OverridesOf<NoInfer<Flags>> = {},
): Gate<Flags> {
  const known = definitionsOf('fakeGate', flags);
  const own = readOverrides('fakeGate', overrides, known);
  const keeper = createGatekeeper({ flags: withoutUsers(known) });
  keeper.adapter.overrideInTests(() => own);
  const gate = boundGate(keeper.gateFor({ mayOverride: true }));
  const strict: Gate = {
    ...gate,
    ff(flag, variant) {
      checkVariant('ff', flag, variant, known);
      return gate.ff(flag, variant);
    },
    ffVariant: (flag) => gate.ffVariant(checkFlag('ffVariant', flag, known)),
    ffValue: (flag) => gate.ffValue(checkFlag('ffValue', flag, known)),
    explain: (flag) => gate.explain(checkFlag('explain', flag, known)),
    setBrowserOverrideVariant(flag, variant) {
      if (variant === '') checkFlag('setBrowserOverrideVariant', flag, known);
      else checkVariant('setBrowserOverrideVariant', flag, variant, known);
      return true;
    },
  };
  return {
    ...strict,
    featureFlag: strict.ff,
    getFeatureFlagVariant: strict.ffVariant,
    getFeatureFlagValue: strict.ffValue,
  } as unknown as Gate<Flags>;
}

// The variants of a fake depend on the test alone.
function withoutUsers(flags: FlagDefinitions): FlagDefinitions {
  const entries = Object.entries(flags).map(([name, { variants, default: fallback, values }]) => {
    const flag: FlagDefinition = { variants, default: fallback, ...(values === undefined ? {} : { values }) };
    return [name, flag] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Calls `callback`, and everything that it starts, with `overrides` applied to each request of `keeper`; returns its result. They need no
 * permission and apply to every flag, also to one with `overridable: false`. Calls that run at the same time do not affect each
 * other. Throws a `GatekeeperError` for a flag or a variant that does not exist.
 */
export function withFlags<Flags extends FlagDefinitions, Result>(
  keeper: Gatekeeper<Flags>,
  overrides: OverridesOf<NoInfer<Flags>>,
  callback: () => Result,
): Result {
  checkKeeper('withFlags', keeper, 'withFlags(keeper, { CHECKOUT: "ONE_PAGE" }, callback)');
  if (typeof callback !== 'function') {
    throw new GatekeeperError('ERR_GK_OPTIONS', `withFlags: expected a function; got ${kindOf(callback)}`);
  }
  const own = readOverrides('withFlags', overrides, keeper.flags);
  const outer = storage.getStore();
  const merged = { ...outer?.get(keeper.adapter), ...own };
  keeper.adapter.overrideInTests(() => storage.getStore()?.get(keeper.adapter) as OverridesOf<Flags> | undefined);
  return storage.run(new Map([...(outer ?? []), [keeper.adapter, merged]]), callback);
}

type ByKeeper = ReadonlyMap<object, Overrides>;
type Overrides = Readonly<Record<string, string>>;

// A program may have two copies of this module, for `import` and for `require`.
const KEY = Symbol.for('gatekeeper-flags.test-overrides');
const shared = globalThis as { [KEY]?: AsyncLocalStorage<ByKeeper> };
shared[KEY] ??= new AsyncLocalStorage<ByKeeper>();
const storage: AsyncLocalStorage<ByKeeper> = shared[KEY];

/** An override cookie, for the client of a test. */
export interface OverrideCookie {
  readonly name: string;
  readonly value: string;
  /** The value of a `Cookie` header with this cookie alone. */
  readonly header: string;
}

/** The options of `overrideCookie`. */
export interface OverrideCookieOptions<Flags extends FlagDefinitions> {
  /** The flags of the server, so that a flag or a variant that does not exist is an error. */
  readonly flags?: Flags;
  /** The cookie's name, if it is not `gatekeeper`: the `cookie.name` of the server's manifest. */
  readonly name?: string;
}

const COOKIE_OPTIONS: OptionNames<OverrideCookieOptions<FlagDefinitions>> = { flags: true, name: true };

/**
 * The cookie of a browser with `overrides`. The server applies it only to requests that may override. Throws a
 * `GatekeeperError` for overrides that the server would ignore.
 */
export function overrideCookie<Flags extends FlagDefinitions = RegisteredFlags>(
  overrides: OverridesOf<NoInfer<Flags>>,
  options: OverrideCookieOptions<Flags> = {},
): OverrideCookie {
  const { flags, name = OVERRIDE_COOKIE } = readOptions('overrideCookie', options, COOKIE_OPTIONS);
  if (!isOverrideCookieName(name)) {
    const what = 'name must be "gatekeeper", optionally followed by letters, digits, "_" or "-"';
    throw new GatekeeperError('ERR_GK_OPTIONS', `overrideCookie: ${what}; got ${quoted(name)}`);
  }
  const known = flags === undefined ? undefined : definitionsOf('overrideCookie', flags);
  const own = readOverrides('overrideCookie', overrides, known);
  for (const flag of Object.keys(own)) {
    if (known?.[flag]?.overridable === false) {
      const what = `${flag} is not overridable, so the server ignores its cookie`;
      throw new GatekeeperError('ERR_GK_OVERRIDE_NOT_SET', `overrideCookie: ${what}; use withFlags()`, { flag });
    }
  }
  const value = encodeOverrides(own);
  const bytes = cookieBytes(name, value);
  if (bytes > MAX_COOKIE_BYTES) {
    const what = `the cookie must have at most ${MAX_COOKIE_BYTES} bytes; it has ${bytes}`;
    throw new GatekeeperError('ERR_GK_OVERRIDE_NOT_SET', `overrideCookie: ${what}; override fewer flags`);
  }
  return { name, value, header: `${name}=${value}` };
}

/**
 * The variants of a flag, for a test of each. Throws a `GatekeeperError` if there is no such flag:
 * `test.each(eachVariant(flags, 'CHECKOUT'))`.
 */
export function eachVariant<const Flags extends FlagDefinitions, Name extends FlagName<Flags>>(
  flags: Flags,
  flag: Name,
): readonly VariantOf<Flags, Name>[] {
  const known = definitionsOf('eachVariant', flags);
  return known[checkFlag('eachVariant', flag, known)]?.variants ?? [];
}

function definitionsOf(owner: string, flags: FlagDefinitions): FlagDefinitions {
  if (!isRecord(flags)) {
    const what = 'expected the flags that defineFlags() returned';
    throw new GatekeeperError('ERR_GK_OPTIONS', `${owner}: ${what}; got ${kindOf(flags)}`);
  }
  return defineFlags(flags) as FlagDefinitions;
}

/** The overrides of a test without `undefined` entries. `flags` is `undefined` if they are not known. */
function readOverrides(owner: string, overrides: object, flags: FlagDefinitions | undefined): Overrides {
  if (!isRecord(overrides)) {
    const what = `overrides must be an object, { FLAG: 'VARIANT' }; got ${kindOf(overrides)}`;
    throw new GatekeeperError('ERR_GK_OPTIONS', `${owner}: ${what}`);
  }
  const entries = Object.entries(overrides).filter((entry): entry is [string, string] => entry[1] !== undefined);
  for (const [flag, variant] of entries) {
    if (flags !== undefined) checkVariant(owner, flag, variant, flags);
    else if (typeof variant !== 'string') {
      throw new GatekeeperError('ERR_GK_UNKNOWN_VARIANT', `${owner}: ${flag} must be a string; got ${kindOf(variant)}`);
    }
  }
  return Object.fromEntries(entries);
}

function checkFlag(owner: string, flag: string, flags: FlagDefinitions): string {
  if (Object.hasOwn(flags, flag)) return flag;
  const names = Object.keys(flags);
  const what = `there is no flag ${quoted(flag)}${suggestion(flag, 'flags', names)}`;
  throw new GatekeeperError('ERR_GK_UNKNOWN_FLAG', `${owner}: ${what}`, { flag });
}

function checkVariant(owner: string, flag: string, variant: unknown, flags: FlagDefinitions): void {
  checkFlag(owner, flag, flags);
  const variants = flags[flag]?.variants ?? [];
  if (variants.includes(variant as string)) return;
  const what = `${flag} has no variant ${quoted(variant)}${suggestion(variant, 'variants', variants)}`;
  throw new GatekeeperError('ERR_GK_UNKNOWN_VARIANT', `${owner}: ${what}`, { flag });
}

const MAX_LISTED = 50;

/** `; did you mean "A"? The flags are A, B` */
function suggestion(name: unknown, what: 'flags' | 'variants', names: readonly string[]): string {
  const nearest = didYouMean(name, names);
  const more = names.length > MAX_LISTED ? ` and ${names.length - MAX_LISTED} more` : '';
  return `${nearest}${nearest === '' ? '; the' : ' The'} ${what} are ${names.slice(0, MAX_LISTED).join(', ')}${more}`;
}
