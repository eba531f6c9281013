/**
 * How long a browser may take for one thing. A wait ends when what it waits for is there; this is only there to end a
 * hang, so it is many times what a loaded machine needs.
 */
export const TIMEOUT_MS = 60_000;

/** How long a test or a whole browser may stand still. */
export const HANG_MS = 240_000;

const PAUSE_MS = 20;

/**
 * Asks until there is an answer, and fails with `what` when patience ends. A question that throws has no answer yet:
 * pages come and go while a browser navigates.
 */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined | null | false>,
  patience = TIMEOUT_MS,
): Promise<Answer> {
  let reason: unknown;
  for (const end = Date.now() + patience; Date.now() < end; await pause()) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== null && answer !== false) return answer;
      reason = undefined;
    } catch (error) {
      reason = error;
    }
  }
  throw new Error(`Waited ${patience / 1_000} s in vain: ${what}`, { cause: reason });
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
