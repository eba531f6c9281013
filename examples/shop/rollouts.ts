import type { FlagDefinition } from 'gatekeeper-flags';
import { compileRules } from 'gatekeeper-flags/rules';
import { flags } from './flags.ts';
import { PEOPLE } from './people/people.ts';

/** The flags that the shop rolls out by percentage, with the variant that each rolls out. */
export const ROLLOUTS = {
  NEW_SEARCH: 'ON',
  PRODUCT_LAYOUT: 'LIST',
  CHECKOUT_FLOW: 'ONE_PAGE',
  LOYALTY_PRICES: 'MEMBERS',
  WELCOME_BANNER: 'EVENING',
} as const;

export type RolloutFlag = keyof typeof ROLLOUTS;

export interface Rollout {
  /** The percentage of users who get the variant; `undefined` if the rule has another form, such as one edited by hand. */
  readonly percentage: number | undefined;
  /** Whether the kill switch is on. */
  readonly isOff: boolean;
}

export function isRolloutFlag(name: unknown): name is RolloutFlag {
  return typeof name === 'string' && Object.hasOwn(ROLLOUTS, name);
}

/** The rollout of a flag in a valid rules document. */
export function rolloutIn(text: string, flag: RolloutFlag): Rollout {
  const rule = rulesIn(text).flags[flag];
  return { percentage: percentageOf(rule, ROLLOUTS[flag]), isOff: rule?.state === 'DISABLED' };
}

/** The document with one flag's rollout changed and everything else unchanged. */
export function withRollout(text: string, flag: RolloutFlag, { percentage, isOff }: Rollout): string {
  const document = rulesIn(text);
  const variants = { ...valuesOf(flag), ...document.flags[flag]?.variants };
  const state = isOff ? 'DISABLED' : 'ENABLED';
  const rule: Rule = {
    ...(document.flags[flag] ?? { state, variants }),
    state,
    ...(percentage !== undefined && { variants, targeting: targetingOf(percentage, ROLLOUTS[flag]) }),
  };
  return written({ ...document, flags: { ...document.flags, [flag]: rule } });
}

/** Each user's bucket from 0 to 99: a rollout includes the user if the bucket is below its percentage. */
export function placesOf(flag: RolloutFlag): ReadonlyMap<number, number> {
  const places = Array.from({ length: 100 }, (_, place) => String(place));
  const scale = {
    state: 'ENABLED',
    variants: Object.fromEntries(places.map((place) => [place, place])),
    targeting: { fractional: places.map((place) => [place, 1]) },
  };
  const rules = compileRules({ flags: { [flag]: scale } });
  return new Map(PEOPLE.map(({ id }) => [id, Number(rules.evaluate(flag, { targetingKey: id }).variant)]));
}

/** The values in code, because flagd requires a value for each variant. */
function valuesOf(flag: RolloutFlag): object {
  const { variants, values }: FlagDefinition = flags[flag];
  return values ?? Object.fromEntries(variants.map((variant) => [variant, variant]));
}

interface Rule {
  readonly state: 'ENABLED' | 'DISABLED';
  readonly variants: object;
  readonly defaultVariant?: string | null;
  readonly targeting?: object;
}

interface Rules {
  readonly flags: Readonly<Record<string, Rule>>;
}

function rulesIn(text: string): Rules {
  return JSON.parse(text);
}

// `null` for the other users: the code decides for them, as if there were no rule.
function targetingOf(percentage: number, variant: string): object {
  return {
    fractional: [
      [variant, percentage],
      [null, 100 - percentage],
    ],
  };
}

function percentageOf(rule: Rule | undefined, variant: string): number | undefined {
  if (rule?.targeting === undefined) return rule?.defaultVariant ? undefined : 0;
  const targeting = JSON.stringify(rule.targeting);
  return PERCENTAGES.find((percentage) => JSON.stringify(targetingOf(percentage, variant)) === targeting);
}

const PERCENTAGES = Array.from({ length: 101 }, (_, percentage) => percentage);

/** JSON in which an array or object without nested ones is on one line. */
function written(rules: Rules): string {
  const text = JSON.stringify(rules, undefined, 2);
  // JSON strings contain no line breaks, so only white space between values changes.
  return `${text.replace(/[[{]\n[^[\]{}]*[\]}]/g, (plain) => {
    const line = plain.replace(/\n\s*/g, ' ');
    return line.startsWith('[') ? `[${line.slice(2, -2)}]` : line;
  })}
`;
}
