import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CompiledFlag } from '../core/compiled-flag.ts';
import type { FlagDefinitions } from '../core/flag.ts';
import { GatekeeperError, isRecord, kindOf } from '../core/gatekeeper-error.ts';
import { compileFlags } from '../core/options.ts';
import { isForeignObject } from '../wire/foreign-json.ts';
import { sanitize } from '../wire/sanitize.ts';
import { CommandError, EXIT } from './exit-code.ts';
import { loadModule, messageOf } from './load-module.ts';

/** The flags that a module of the application exports, as `flags` or by default. */
export async function flagsIn(file: string): Promise<ReadonlyMap<string, CompiledFlag>> {
  const whole = path.resolve(file);
  const stats = await stat(whole).catch(() => undefined);
  if (stats === undefined) throw new CommandError(EXIT.unreachable, `The module "${sanitize(file)}" does not exist`);
  if (!stats.isFile()) throw new CommandError(EXIT.unreachable, `The module "${sanitize(file)}" is not a file`);
  const exported = await loadModule(pathToFileURL(whole), file);
  const flags = exported.flags ?? flagsOfDefault(exported.default);
  if (!isRecord(flags)) {
    const what = `${sanitize(file)} exports no flags: expected "export const flags = defineFlags({ … })"`;
    throw new CommandError(EXIT.refused, `${what}, ${sanitize(whatOf(exported))}`);
  }
  try {
    return compileFlags(flags as FlagDefinitions);
  } catch (error) {
    const code = error instanceof GatekeeperError ? { code: error.code } : {};
    throw new CommandError(EXIT.refused, `${sanitize(file)}: ${sanitize(messageOf(error))}`, code);
  }
}

/** What a module exports in place of flags. */
function whatOf(exported: Readonly<Record<string, unknown>>): string {
  if (exported.flags !== undefined) return `its "flags" is ${kindOf(exported.flags)}`;
  const names = Object.keys(exported).filter((name) => name !== 'module.exports');
  if (names.length === 1 && names[0] === 'default') return `its default export is ${kindOf(exported.default)}`;
  return `it exports ${names.length === 0 ? 'nothing' : names.join(', ').slice(0, 200)}`;
}

/** The default export is the flags, or an object that holds them: `module.exports = { flags }`. */
function flagsOfDefault(exported: unknown): unknown {
  if (!isForeignObject(exported) || !isForeignObject(exported.flags)) return exported;
  return Array.isArray(exported.flags.variants) ? exported : exported.flags; // a flag may be called "flags"
}
