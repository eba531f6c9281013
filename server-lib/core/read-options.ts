import { GatekeeperError, type GatekeeperErrorCode } from './errors.ts';
import { didYouMean, isRecord, quoted } from './values.ts';

/**
 * A variable of the running process's environment; `undefined` if it is not set.
 *
 * Bundlers replace `process.env.NODE_ENV` with the value at build time, even through a renamed `process.env`. They cannot
 * replace a name that is an argument and is read from the global object.
 */
export function environmentVariable(name: string): string | undefined {
  const { process: running } = globalThis as { readonly process?: { readonly env?: NodeJS.ProcessEnv } };
  return running?.env?.[name];
}

/** The name of every option, so that the compiler reports a missing one. */
export type OptionNames<Options> = { readonly [Name in keyof Required<Options>]: true };

/**
 * A copy of the options that the application passed to `owner`: own fields only, without a prototype, so that nothing
 * on Object.prototype becomes an option. Throws a {@link GatekeeperError} for an option that does not exist: if it were
 * ignored, a misspelt option would have its default.
 */
export function readOptions<Options extends object>(
  owner: string,
  options: Options,
  names: OptionNames<Options>,
  code: GatekeeperErrorCode = 'ERR_GK_OPTIONS',
): Options {
  if (!isRecord(options)) {
    // Only the type: a string may be a URL with a password.
    const got = typeof options === 'string' ? 'a string' : quoted(options);
    throw new GatekeeperError(code, `${owner}: options must be an object; got ${got}`);
  }
  const error = unknownOptionError(options, names);
  if (error !== undefined) throw new GatekeeperError(code, `${owner}: ${error}`);
  return Object.assign(Object.create(null), options);
}

/** The error message for the first unknown key of `options`; `undefined` if every key is known. */
export function unknownOptionError<Options>(options: object, names: OptionNames<Options>): string | undefined {
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(names, key));
  if (unknown === undefined) return undefined;
  const known = Object.keys(names);
  return `there is no option ${quoted(unknown)}${didYouMean(unknown, known) || `; the options are ${known.join(', ')}`}`;
}

/**
 * Like {@link unknownOptionError}, but custom fields are allowed: only a key that looks misspelt is an error. If it were
 * ignored, a misspelt `overidable: false` would leave a kill switch overridable.
 */
export function misspeltOptionError<Options>(options: object, names: OptionNames<Options>): string | undefined {
  const known = Object.keys(names);
  for (const key of Object.keys(options)) {
    const suggestion = Object.hasOwn(names, key) ? '' : didYouMean(key, known);
    if (suggestion !== '') return `there is no option ${quoted(key)}${suggestion}`;
  }
  return undefined;
}
