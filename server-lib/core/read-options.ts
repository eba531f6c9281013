import { GatekeeperError, type GatekeeperErrorCode } from './errors.ts';
import { didYouMean, isRecord, quoted } from './values.ts';

/**
 * A variable of the running process's environment; `undefined` where there is none.
 *
 * Bundlers replace `process.env.NODE_ENV` by the value of the machine that builds, also through a renamed
 * `process.env`. A name that arrives as an argument, looked up on the global object, is out of their reach.
 */
export function environmentVariable(name: string): string | undefined {
  const { process: running } = globalThis as { readonly process?: { readonly env?: NodeJS.ProcessEnv } };
  return running?.env?.[name];
}

/** Every option that there is, so that the compiler notices a missing one. */
export type OptionNames<Options> = { readonly [Name in keyof Required<Options>]: true };

/**
 * A copy of the options that the application passed to `owner`: own fields only, without a prototype, so that nothing
 * on Object.prototype becomes an option. Throws a {@link GatekeeperError} for an option that does not exist: ignored,
 * a misspelt `overidable: false` would leave a kill switch overridable.
 */
export function readOptions<Options extends object>(
  owner: string,
  options: Options,
  names: OptionNames<Options>,
  code: GatekeeperErrorCode = 'ERR_GK_OPTIONS',
): Options {
  if (!isRecord(options)) {
    // The type alone: a string may be a URL with a password.
    const got = typeof options === 'string' ? 'a string' : quoted(options);
    throw new GatekeeperError(code, `${owner}: expected options, an object; got ${got}`);
  }
  const error = unknownOptionError(options, names);
  if (error !== undefined) throw new GatekeeperError(code, `${owner}: ${error}`);
  return Object.assign(Object.create(null), options);
}

/** What to say of the first own key of `given` that no option has; `undefined` where each is known. */
export function unknownOptionError<Options>(options: object, names: OptionNames<Options>): string | undefined {
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(names, key));
  if (unknown === undefined) return undefined;
  const known = Object.keys(names);
  return `there is no option ${quoted(unknown)}${didYouMean(unknown, known) || `; the options are ${known.join(', ')}`}`;
}

/** The same for an object that may carry fields of the application's own: only what looks misspelt is a mistake. */
export function misspeltOptionError<Options>(options: object, names: OptionNames<Options>): string | undefined {
  const known = Object.keys(names);
  for (const key of Object.keys(options)) {
    const suggestion = Object.hasOwn(names, key) ? '' : didYouMean(key, known);
    if (suggestion !== '') return `there is no option ${quoted(key)}${suggestion}`;
  }
  return undefined;
}
