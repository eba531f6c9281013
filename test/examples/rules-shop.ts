import { onTestFinished } from 'vitest';
import { createShop } from '../../examples/shop/app.ts';
import { openRules } from '../../examples/shop/rules.ts';

/** A shop at two o'clock, with the rules that it comes with; for as long as the running test. */
export async function shopWithRules(options: Parameters<typeof createShop>[0] = {}) {
  const rules = await openRules();
  onTestFinished(() => rules.close());
  return { shop: createShop({ hour: () => 14, rules, ...options }), rules };
}

/** A document in which everybody gets one variant of one flag. */
export function ruleText(flag: string, variants: object, defaultVariant: string): string {
  return JSON.stringify({ flags: { [flag]: { state: 'ENABLED', variants, defaultVariant } } }, undefined, 2);
}
