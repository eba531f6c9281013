import { GatekeeperError, quoted } from '../core/gatekeeper-error.ts';

/** An interval that a timer can keep; throws for others. */
export function milliseconds(name: string, value: unknown): number {
  if (typeof value === 'number' && value >= 10 && value <= DAY) return value;
  throw new GatekeeperError(
    'ERR_GK_OPTIONS',
    `${name} is a number of milliseconds from 10 to ${DAY}, not ${quoted(value)}`,
  );
}

const DAY = 24 * 60 * 60 * 1000;
