import { onTestFinished } from 'vitest';
import { createShop } from '../../examples/shop/app.ts';
import { openRules } from '../../examples/shop/rules.ts';

/** A shop at 14:00 with its default rules, until the test ends. */
export async function shopWithRules(options: Parameters<typeof createShop>[0] = {}) {
  const rules = await openRules();
  onTestFinished(() => rules.close());
  return { shop: createShop({ hour: () => 14, rules, ...options }), rules };
}

/** A rules document with one flag, which has the same variant for all users. */
export function ruleText(flag: string, variants: object, defaultVariant: string): string {
  return JSON.stringify({ flags: { [flag]: { state: 'ENABLED', variants, defaultVariant } } }, undefined, 2);
}
