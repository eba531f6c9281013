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

/** The flags that a module of the application exports, as `flags` or by default. */
export async function loadFlags(file: string): Promise<ReadonlyMap<string, CompiledFlag>> {
  const whole = path.resolve(file);
  const stats = await stat(whole).catch(() => undefined);
  if (stats === undefined) throw new CommandError(EXIT.unreachable, `The module "${sanitize(file)}" does not exist`);
  if (!stats.isFile()) throw new CommandError(EXIT.unreachable, `The module "${sanitize(file)}" is not a file`);
  const exported = await loadModule(pathToFileURL(whole), file);
  const flags = exported.flags ?? flagsOfDefaultExport(exported.default);
  if (!isRecord(flags)) {
    const what = `${sanitize(file)} exports no flags: expected "export const flags = defineFlags({ … })"`;
    throw new CommandError(EXIT.refused, `${what}, ${sanitize(describeExports(exported))}`);
  }
  try {
    return compileFlags(flags as FlagDefinitions);
  } catch (error) {
    const code = error instanceof GatekeeperError ? { code: error.code } : {};
    throw new CommandError(EXIT.refused, `${sanitize(file)}: ${sanitize(errorMessage(error))}`, code);
  }
}

/** What a module exports in place of flags. */
function describeExports(exported: Readonly<Record<string, unknown>>): string {
  if (exported.flags !== undefined) return `its "flags" is ${kindOf(exported.flags)}`;
  const names = Object.keys(exported).filter((name) => name !== 'module.exports');
  if (names.length === 1 && names[0] === 'default') return `its default export is ${kindOf(exported.default)}`;
  return `it exports ${names.length === 0 ? 'nothing' : names.join(', ').slice(0, 200)}`;
}

/** The default export is the flags, or an object that holds them: `module.exports = { flags }`. */
function flagsOfDefaultExport(exported: unknown): unknown {
  if (!isJsonObject(exported) || !isJsonObject(exported.flags)) return exported;
  return Array.isArray(exported.flags.variants) ? exported : exported.flags; // a flag may be called "flags"
}

/**
 * Imports a module of the application. What it prints meanwhile goes to stderr, because stdout is the command's. Throws a
 * {@link CommandError} that says why it cannot be loaded, also where it throws later or its loading never ends.
 */
async function loadModule(url: URL, file: string): Promise<Readonly<Record<string, unknown>>> {
  const write = process.stdout.write;
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof write;
  const trouble = firstLoadError();
  try {
    return await Promise.race([import(url.href), trouble.promise]);
  } catch (error) {
    throw new CommandError(
      EXIT.refused,
      `${sanitize(file)} cannot be loaded: ${sanitize(loadErrorMessage(error, file))}`,
    );
  } finally {
    trouble.end();
    process.stdout.write = write;
  }
}

const LOAD_TIMEOUT_MS = 30_000;

/** Rejects when something is thrown outside the import, and when there is nothing left for it to wait for. */
function firstLoadError(): { readonly promise: Promise<never>; end(): void } {
  let reject = (_: unknown): void => {};
  const promise = new Promise<never>((_, rejected) => {
    reject = rejected;
  });
  const thrown = (error: unknown): void => reject(error);
  const idle = (): void => reject(new Error('its loading never ends: it awaits something that does not happen'));
  const late = setTimeout(() => {
    reject(new Error(`its loading has not ended after ${LOAD_TIMEOUT_MS / 1000} seconds: what does it await?`));
  }, LOAD_TIMEOUT_MS).unref();
  process.on('uncaughtException', thrown).on('unhandledRejection', thrown).on('beforeExit', idle);
  return {
    promise,
    end() {
      clearTimeout(late);
      process.off('uncaughtException', thrown).off('unhandledRejection', thrown).off('beforeExit', idle);
    },
  };
}

function loadErrorMessage(error: unknown, file: string): string {
  if (!(error instanceof Error)) return `it throws ${errorMessage(error)}`;
  const code = errorCode(error);
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[cm]?tsx?$/.test(file)) {
    return 'this Node reads no TypeScript; try NODE_OPTIONS="--import tsx"';
  }
  if (/\.json$/.test(file)) return 'it is JSON; a module that exports flags is JavaScript or TypeScript';
  return errorMessage(error);
}

/** One line about something that was thrown, which may be anything. Never throws. */
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
