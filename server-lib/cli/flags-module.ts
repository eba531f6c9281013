import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { GatekeeperError } from '../core/errors.ts';
import { type CompiledFlag, compileFlags } from '../core/flags/compiled-flag.ts';
import type { FlagDefinitions } from '../core/flags/flag.ts';
import { isRecord, kindOf } from '../core/values.ts';
import { sanitize } from '../wire/sanitize.ts';
import { isJsonObject } from '../wire/untrusted-json.ts';
import { CommandError, EXIT } from './exit.ts';

/** Loads the flags that a module of the application exports as `flags` or as its default export. */
export async function loadFlags(file: string): Promise<ReadonlyMap<string, CompiledFlag>> {
  const absolutePath = path.resolve(file);
  const stats = await stat(absolutePath).catch(() => undefined);
  if (stats === undefined) throw new CommandError(EXIT.unreachable, `The module "${sanitize(file)}" does not exist`);
  if (!stats.isFile()) throw new CommandError(EXIT.unreachable, `The module "${sanitize(file)}" is not a file`);
  const exported = await loadModule(pathToFileURL(absolutePath), file);
  const flags = exported.flags ?? flagsOfDefaultExport(exported.default);
  if (!isRecord(flags)) {
    const what = `${sanitize(file)} must export flags ("export const flags = defineFlags({ … })")`;
    throw new CommandError(EXIT.refused, `${what}; ${sanitize(describeExports(exported))}`);
  }
  try {
    return compileFlags(flags as FlagDefinitions);
  } catch (error) {
    const code = error instanceof GatekeeperError ? { code: error.code } : {};
    throw new CommandError(EXIT.refused, `${sanitize(file)}: ${sanitize(errorMessage(error))}`, code);
  }
}

/** What a module exports instead of flags. */
function describeExports(exported: Readonly<Record<string, unknown>>): string {
  if (exported.flags !== undefined) return `its "flags" is ${kindOf(exported.flags)}`;
  const names = Object.keys(exported).filter((name) => name !== 'module.exports');
  if (names.length === 1 && names[0] === 'default') return `its default export is ${kindOf(exported.default)}`;
  return `it exports ${names.length === 0 ? 'nothing' : names.join(', ').slice(0, 200)}`;
}

/** The default export is the flags, or an object that has them: `module.exports = { flags }`. */
function flagsOfDefaultExport(exported: unknown): unknown {
  if (!isJsonObject(exported) || !isJsonObject(exported.flags)) return exported;
  return Array.isArray(exported.flags.variants) ? exported : exported.flags; // a flag may be named "flags"
}

/**
 * Imports a module of the application. Its output goes to stderr, because stdout is for the command. Throws a
 * {@link CommandError} if it cannot be loaded, throws asynchronously or never finishes loading.
 */
async function loadModule(url: URL, file: string): Promise<Readonly<Record<string, unknown>>> {
  const write = process.stdout.write;
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof write;
  const loadError = firstLoadError();
  try {
    return await Promise.race([import(url.href), loadError.promise]);
  } catch (error) {
    throw new CommandError(
      EXIT.refused,
      `${sanitize(file)} cannot be loaded: ${sanitize(loadErrorMessage(error, file))}`,
    );
  } finally {
    loadError.end();
    process.stdout.write = write;
  }
}

const LOAD_TIMEOUT_MS = 30_000;

/** Rejects if an error is thrown outside the import, if the event loop is empty before the import ends, or after 30 seconds. */
function firstLoadError(): { readonly promise: Promise<never>; end(): void } {
  let reject = (_: unknown): void => {};
  const promise = new Promise<never>((_, rejected) => {
    reject = rejected;
  });
  const thrown = (error: unknown): void => reject(error);
  const idle = (): void => reject(new Error('it never finishes loading: it awaits a promise that never settles'));
  const timer = setTimeout(() => {
    reject(new Error(`it has not finished loading after ${LOAD_TIMEOUT_MS / 1000} seconds; check what it awaits`));
  }, LOAD_TIMEOUT_MS).unref();
  process.on('uncaughtException', thrown).on('unhandledRejection', thrown).on('beforeExit', idle);
  return {
    promise,
    end() {
      clearTimeout(timer);
      process.off('uncaughtException', thrown).off('unhandledRejection', thrown).off('beforeExit', idle);
    },
  };
}

function loadErrorMessage(error: unknown, file: string): string {
  if (!(error instanceof Error)) return `it throws ${errorMessage(error)}`;
  const code = errorCode(error);
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[cm]?tsx?$/.test(file)) {
    return 'this version of Node.js cannot load TypeScript; set NODE_OPTIONS="--import tsx"';
  }
  if (/\.json$/.test(file)) return 'it must be a JavaScript or TypeScript module; it is JSON';
  return errorMessage(error);
}

/** One line about a thrown value of any type. Never throws. */
function errorMessage(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return (JSON.stringify(thrown) ?? String(thrown)).slice(0, 500);
    const [message = ''] = String(thrown.message).split('\n');
    return (message === '' ? String(thrown.name) : message).slice(0, 500);
  } catch {
    return kindOf(thrown);
  }
}

function errorCode(error: Error): unknown {
  try {
    return 'code' in error ? error.code : undefined;
  } catch {
    return undefined;
  }
}
