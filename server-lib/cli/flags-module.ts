import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CompiledFlag } from '../core/compiled-flag.ts';
import type { FlagDefinitions } from '../core/flag.ts';
import { GatekeeperError } from '../core/gatekeeper-error.ts';
import { compileFlags } from '../core/options.ts';
import { isForeignObject } from '../wire/foreign-json.ts';
import { sanitize } from '../wire/sanitize.ts';
import { CommandError, EXIT } from './exit-code.ts';
import { loadModule } from './load-module.ts';

/** The flags that a module of the application exports, as `flags` or by default. */
export async function flagsIn(file: string): Promise<ReadonlyMap<string, CompiledFlag>> {
  const whole = path.resolve(file);
  const stats = await stat(whole).catch(() => undefined);
  if (stats === undefined) throw new CommandError(EXIT.unreachable, `The module "${sanitize(file)}" does not exist`);
  if (!stats.isFile()) throw new CommandError(EXIT.unreachable, `The module "${sanitize(file)}" is not a file`);
  const exported = await loadModule(pathToFileURL(whole), file);
  const flags = exported.flags ?? flagsOfDefault(exported.default);
  if (!isForeignObject(flags)) {
    const names = Object.keys(exported).filter((name) => name !== 'module.exports');
    const others = names.length === 0 ? 'nothing' : names.join(', ').slice(0, 200);
    throw new CommandError(
      EXIT.refused,
      `${sanitize(file)} exports no flags: expected "export const flags = defineFlags({ … })", it exports ${sanitize(others)}`,
    );
  }
  try {
    return compileFlags(flags as FlagDefinitions);
  } catch (error) {
    if (!(error instanceof GatekeeperError)) throw error;
    throw new CommandError(EXIT.refused, `${sanitize(file)}: ${error.message}`, { code: error.code });
  }
}

/** The default export is the flags, or an object that holds them: `module.exports = { flags }`. */
function flagsOfDefault(exported: unknown): unknown {
  if (!isForeignObject(exported) || !isForeignObject(exported.flags)) return exported;
  return Array.isArray(exported.flags.variants) ? exported : exported.flags; // a flag may be called "flags"
}
