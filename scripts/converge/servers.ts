import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Taken } from './delays.ts';
import type { StoreName } from './stores.ts';

export interface Servers {
  /** Ends all processes; throws if an exit code is not 0. */
  end(): Promise<void>;
}

/** Starts processes that follow the rules in a store; resolves when each has rules. */
export async function startServers(
  count: number,
  [store, url]: readonly [StoreName, string],
  onTaken: (taken: Taken) => void,
): Promise<Servers> {
  const program = fileURLToPath(new URL('server.ts', import.meta.url));
  const children = Array.from({ length: count }, () => fork(program, [store, url]));
  await Promise.all(children.map((child) => once(child, 'message')));
  for (const [process, child] of children.entries()) {
    child.on('message', (message) => onTaken({ process, ...(message as Omit<Taken, 'process'>) }));
  }
  return {
    async end() {
      const exits = children.map((child) => once(child, 'exit'));
      for (const child of children) child.disconnect();
      const codes = (await Promise.all(exits)).map(([code]) => code);
      if (codes.some((code) => code !== 0))
        throw new Error(`Expected exit code 0 from each server, got ${codes.join(', ')}`);
    },
  };
}
