import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CompiledFlag } from '../core/compiled-flag.ts';
import type { FlagDefinitions } from '../core/flag.ts';
import { GatekeeperError } from '../core/gatekeeper-error.ts';
import { compileFlags } from '../core/options.ts';
import { reasonOf } from '../sources/redis-failure.ts';
import { CommandError, EXIT } from './exit-code.ts';
import { plain } from './paint.ts';

/** The flags that a module of the application exports, as `flags` or by default. */
export async function flagsIn(file: string): Promise<ReadonlyMap<string, CompiledFlag>> {
  const whole = path.resolve(file);
  if (!(await stat(whole).catch(() => undefined))) {
    throw new CommandError(EXIT.unreachable, `The module "${plain(file)}" does not exist`);
  }
  const exported = await imported(whole, file);
  const flags: unknown = exported.flags ?? exported.default;
  if (typeof flags !== 'object' || flags === null) {
    throw new CommandError(EXIT.refused, `${plain(file)} exports no flags: export const flags = defineFlags({ … })`);
  }
  try {
    return compileFlags(flags as FlagDefinitions);
  } catch (error) {
    if (!(error instanceof GatekeeperError)) throw error;
    throw new CommandError(EXIT.refused, `${plain(file)}: ${error.message}`, { code: error.code });
  }
}

async function imported(whole: string, file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(pathToFileURL(whole).href);
  } catch (error) {
    const isTypeScript = /\.[cm]?tsx?$/.test(file) && reasonOf(error) === 'ERR_UNKNOWN_FILE_EXTENSION';
    const way = isTypeScript ? 'this Node reads no TypeScript; try NODE_OPTIONS="--import tsx"' : reasonOf(error);
    throw new CommandError(EXIT.refused, `${plain(file)} cannot be loaded: ${plain(way)}`);
  }
}
