import { setImmediate as turn } from 'node:timers/promises';

/** The unhandled rejections that `run` causes. Each one would end a Node process. */
export async function unhandledRejections(run: () => unknown): Promise<readonly unknown[]> {
  const reasons: unknown[] = [];
  const others = process.listeners('unhandledRejection');
  const listen = (reason: unknown): void => {
    reasons.push(reason);
  };
  // The test runner also listens, and would report these rejections as failures.
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
