import type { flags } from '../flags.ts';
import { type Draft, isComplete, type OrderPart } from './order-form.ts';

export type CheckoutFlow = (typeof flags)['CHECKOUT_FLOW']['variants'][number];

/** One page of a checkout: its path segment, and the parts of the order form that it shows. */
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
 * The step at `slug`, or the first incomplete step if that comes earlier. An unknown slug also gives the first incomplete
 * step: the flow may have changed during a checkout.
 */
export function stepAt(flow: CheckoutFlow, slug: string | undefined, draft: Draft): CheckoutStep {
  const steps = CHECKOUT_FLOWS[flow];
  const open = steps.findIndex((step) => !isComplete(step.parts, draft));
  const reachable = open === -1 ? steps : steps.slice(0, open + 1);
  const step = reachable.find((candidate) => candidate.slug === slug) ?? reachable.at(-1);
  if (step === undefined) throw new Error(`Checkout ${flow} has no steps`);
  return step;
}

/** The steps around `step`. Before the first step is the cart; after the last step the order is placed. */
export function stepsAround(flow: CheckoutFlow, step: CheckoutStep): { before?: CheckoutStep; after?: CheckoutStep } {
  const steps = CHECKOUT_FLOWS[flow];
  const at = steps.indexOf(step);
  const [before, after] = [steps[at - 1], steps[at + 1]];
  return { ...(before && { before }), ...(after && { after }) };
}
