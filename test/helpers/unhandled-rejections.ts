import { setImmediate as turn } from 'node:timers/promises';

/** The rejections that `run` leaves to nobody: each would end a Node process. */
export async function unhandledRejections(run: () => unknown): Promise<readonly unknown[]> {
  const reasons: unknown[] = [];
  const others = process.listeners('unhandledRejection');
  const listen = (reason: unknown): void => {
    reasons.push(reason);
  };
  // The test runner listens as well, and would count what is only being observed here as a failure of its own.
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', listen);
  try {
    await run();
    for (let turns = 0; turns < 3; turns++) await turn();
  } finally {
    process.off('unhandledRejection', listen);
    for (const other of others) process.on('unhandledRejection', other);
  }
  return reasons;
}
