/**
 * The most steps that one evaluation may take; about ten milliseconds of work. An operator inside a loop is a step each time
 * that it is evaluated, and so is each item that goes into a list, and each {@link CHARACTERS_A_STEP} characters that are
 * put together, compared or searched.
 */
export const MAX_STEPS = 100_000;

/** The most steps for what can be worked out beforehand, when a rule is compiled. */
export const MAX_CONSTANT_STEPS = 10_000;

const CHARACTERS_A_STEP = 64;

/** Thrown by an evaluation that takes more steps than it may. */
export class TooManySteps extends Error {}

// One evaluation at a time, so one count. An attribute's getter may evaluate another flag: then the counts are stacked.
let left = Number.POSITIVE_INFINITY;

/** Begins a count; gives back what {@link endMetering} has to be given. */
export function beginMetering(steps: number): number {
  const before = left;
  left = steps;
  return before;
}

export function endMetering(before: number): void {
  left = before;
}

/** Counts `steps`; throws where they are too many. */
export function charge(steps: number): void {
  left -= steps;
  if (left < 0) throw new TooManySteps('its targeting takes too many steps; see "Limits" in docs/rules.md');
}

/** Counts the work on `characters` of a string. */
export function chargeCharacters(characters: number): void {
  charge(characters / CHARACTERS_A_STEP);
}
