/**
 * The maximum number of steps in one evaluation, about ten milliseconds of work. An operator inside a loop counts one step
 * for each item, an item that is put into a list one step, and {@link CHARACTERS_PER_STEP} characters that are concatenated,
 * compared or searched one step.
 */
export const MAX_STEPS = 100_000;

/** The maximum number of steps to fold the constants of one rule at compile time. */
export const MAX_CONSTANT_STEPS = 10_000;

const CHARACTERS_PER_STEP = 64;

/** Thrown by an evaluation that takes more steps than it may. */
export class TooManySteps extends Error {}

// Evaluations are synchronous, so one counter is enough. An attribute's getter may evaluate another flag: see `beginMetering`.
let stepsLeft = Number.POSITIVE_INFINITY;

/** Begins a count of its own; returns the previous one, for {@link endMetering}. */
export function beginMetering(steps: number): number {
  const before = stepsLeft;
  stepsLeft = steps;
  return before;
}

export function endMetering(before: number): void {
  stepsLeft = before;
}

/** Counts `steps`; throws {@link TooManySteps} if there are too many. */
export function charge(steps: number): void {
  stepsLeft -= steps;
  if (stepsLeft < 0) throw new TooManySteps('its targeting takes too many steps; see "Limits" in docs/rules.md');
}

/** Counts the work on `characters` of a string. */
export function chargeCharacters(characters: number): void {
  charge(characters / CHARACTERS_PER_STEP);
}
