import { kindOf } from '../core/gatekeeper-error.ts';
import { sanitize } from '../wire/sanitize.ts';
import { CommandError, EXIT } from './exit-code.ts';

/**
 * Imports a module of the application. What it prints meanwhile goes to stderr, because stdout is the command's. Throws a
 * {@link CommandError} that says why it cannot be loaded, also where it throws later or its loading never ends.
 */
export async function loadModule(url: URL, file: string): Promise<Readonly<Record<string, unknown>>> {
  const write = process.stdout.write;
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof write;
  const trouble = firstTrouble();
  try {
    return await Promise.race([import(url.href), trouble.promise]);
  } catch (error) {
    throw new CommandError(EXIT.refused, `${sanitize(file)} cannot be loaded: ${sanitize(reasonFor(error, file))}`);
  } finally {
    trouble.end();
    process.stdout.write = write;
  }
}

const DEADLINE = 30_000;

/** Rejects when something is thrown outside the import, and when there is nothing left for it to wait for. */
function firstTrouble(): { readonly promise: Promise<never>; end(): void } {
  let reject = (_: unknown): void => {};
  const promise = new Promise<never>((_, rejected) => {
    reject = rejected;
  });
  const thrown = (error: unknown): void => reject(error);
  const idle = (): void => reject(new Error('its loading never ends: it awaits something that does not happen'));
  const late = setTimeout(() => {
    reject(new Error(`its loading has not ended after ${DEADLINE / 1000} seconds: what does it await?`));
  }, DEADLINE).unref();
  process.on('uncaughtException', thrown).on('unhandledRejection', thrown).on('beforeExit', idle);
  return {
    promise,
    end() {
      clearTimeout(late);
      process.off('uncaughtException', thrown).off('unhandledRejection', thrown).off('beforeExit', idle);
    },
  };
}

function reasonFor(error: unknown, file: string): string {
  if (!(error instanceof Error)) return `it throws ${messageOf(error)}`;
  const code = codeOf(error);
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[cm]?tsx?$/.test(file)) {
    return 'this Node reads no TypeScript; try NODE_OPTIONS="--import tsx"';
  }
  if (/\.json$/.test(file)) return 'it is JSON; a module that exports flags is JavaScript or TypeScript';
  return messageOf(error);
}

/** One line about something that was thrown, which may be anything. Never throws. */
export function messageOf(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return (JSON.stringify(thrown) ?? String(thrown)).slice(0, 500);
    const [message = ''] = String(thrown.message).split('\n');
    return (message === '' ? String(thrown.name) : message).slice(0, 500);
  } catch {
    return kindOf(thrown);
  }
}

function codeOf(error: Error): unknown {
  try {
    return 'code' in error ? error.code : undefined;
  } catch {
    return undefined;
  }
}
