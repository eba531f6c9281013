import type { flags } from './flags.ts';
import { type Draft, isComplete, type OrderPart } from './order-form.ts';

export type CheckoutFlow = (typeof flags)['CHECKOUT_FLOW']['variants'][number];

/** One page of a checkout: where it is, and which parts of the order it asks for. */
export interface CheckoutStep {
  readonly slug: string;
  readonly title: string;
  readonly parts: readonly OrderPart[];
}

export const CHECKOUT_FLOWS: Readonly<Record<CheckoutFlow, readonly CheckoutStep[]>> = {
  CLASSIC: [
    { slug: 'address', title: 'Your address', parts: ['address'] },
    { slug: 'payment', title: 'Delivery and payment', parts: ['delivery', 'payment'] },
  ],
  ONE_PAGE: [{ slug: 'order', title: 'Checkout', parts: ['address', 'delivery', 'payment'] }],
  WIZARD: [
    { slug: 'address', title: 'Where to?', parts: ['address'] },
    { slug: 'delivery', title: 'How soon?', parts: ['delivery'] },
    { slug: 'payment', title: 'How to pay?', parts: ['payment'] },
  ],
};

/**
 * The step at `slug`, unless an earlier one is still open: then that one. An unknown slug (the flow may change under a
 * customer's feet) is the first open step too.
 */
export function stepAt(flow: CheckoutFlow, slug: string | undefined, draft: Draft): CheckoutStep {
  const steps = CHECKOUT_FLOWS[flow];
  const open = steps.findIndex((step) => !isComplete(step.parts, draft));
  const reachable = open === -1 ? steps : steps.slice(0, open + 1);
  const step = reachable.find((candidate) => candidate.slug === slug) ?? reachable.at(-1);
  if (step === undefined) throw new Error(`Checkout ${flow} has no steps`);
  return step;
}

/** The steps around `step`: no step before it leads back to the cart, none after it places the order. */
export function stepsAround(flow: CheckoutFlow, step: CheckoutStep): { before?: CheckoutStep; after?: CheckoutStep } {
  const steps = CHECKOUT_FLOWS[flow];
  const at = steps.indexOf(step);
  const [before, after] = [steps[at - 1], steps[at + 1]];
  return { ...(before && { before }), ...(after && { after }) };
}
