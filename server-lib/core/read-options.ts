import { GatekeeperError, type GatekeeperErrorCode, isRecord, quoted } from './gatekeeper-error.ts';
import { didYouMean } from './nearest-name.ts';

/** Every option that there is, so that the compiler notices a missing one. */
export type OptionNames<Options> = { readonly [Name in keyof Required<Options>]: true };

/**
 * A copy of the options that the application passed to `owner`: own fields only, without a prototype, so that nothing
 * on Object.prototype becomes an option. Throws a {@link GatekeeperError} for an option that does not exist: ignored,
 * a misspelt `overidable: false` would leave a kill switch overridable.
 */
export function readOptions<Options extends object>(
  owner: string,
  given: Options,
  names: OptionNames<Options>,
  code: GatekeeperErrorCode = 'ERR_GK_OPTIONS',
): Options {
  if (!isRecord(given)) {
    // The type alone: a string may be a URL with a password.
    const got = typeof given === 'string' ? 'a string' : quoted(given);
    throw new GatekeeperError(code, `${owner}: expected options, an object; got ${got}`);
  }
  const mistake = unknownOption(given, names);
  if (mistake !== undefined) throw new GatekeeperError(code, `${owner}: ${mistake}`);
  return Object.assign(Object.create(null), given);
}

/** What to say of the first own key of `given` that no option has; `undefined` where each is known. */
export function unknownOption<Options>(given: object, names: OptionNames<Options>): string | undefined {
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(names, key));
  if (unknown === undefined) return undefined;
  const known = Object.keys(names);
  return `there is no option ${quoted(unknown)}${didYouMean(unknown, known) || `; the options are ${known.join(', ')}`}`;
}

/** The same for an object that may carry fields of the application's own: only what looks misspelt is a mistake. */
export function misspeltOption<Options>(given: object, names: OptionNames<Options>): string | undefined {
  const known = Object.keys(names);
  for (const key of Object.keys(given)) {
    const suggestion = Object.hasOwn(names, key) ? '' : didYouMean(key, known);
    if (suggestion !== '') return `there is no option ${quoted(key)}${suggestion}`;
  }
  return undefined;
}
