import { type Request, type Response, Router } from 'express';
import { type CartLine, cartLines, cartTotal, placeOrder } from '../checkout/cart.ts';
import { CHECKOUT_FLOWS, type CheckoutStep, stepAt, stepsAround } from '../checkout/checkout-flows.ts';
import { type Draft, ORDER_FORM, readOrderForm } from '../checkout/order-form.ts';
import { sessionOf } from '../people/session.ts';

export const checkout = Router();

checkout.get('/checkout/confirmation', (req, res) => {
  const { order } = sessionOf(req);
  if (order) res.render('confirmation', { flow: req.gk.ffVariant('CHECKOUT_FLOW'), order });
  else res.redirect(303, '/cart');
});

checkout.use('/checkout', (req, res, next) => {
  const flow = req.gk.ffVariant('CHECKOUT_FLOW');
  if (req.gk.ff('PAYMENTS_KILL_SWITCH', 'STOPPED')) res.status(503).render('payments-closed', { flow });
  else if (linesOf(req).length === 0) res.redirect(303, '/cart');
  else next();
});

checkout.get('/checkout{/:step}', (req, res) => {
  const draft = sessionOf(req).draft ?? {};
  const step = stepAt(req.gk.ffVariant('CHECKOUT_FLOW'), req.params.step, draft);
  if (req.params.step === step.slug) renderStep(req, res, { step, draft, problems: {} });
  else res.redirect(303, `/checkout/${step.slug}`);
});

checkout.post('/checkout/:step', (req, res) => {
  const session = sessionOf(req);
  const flow = req.gk.ffVariant('CHECKOUT_FLOW');
  const step = stepAt(flow, req.params.step, session.draft ?? {});
  if (step.slug !== req.params.step) return res.redirect(303, `/checkout/${step.slug}`);

  const form = readOrderForm(step.parts, req.body);
  if (form.kind === 'incomplete') return renderStep(req, res.status(422), { step, ...form });

  session.draft = { ...session.draft, ...form.draft };
  const { after } = stepsAround(flow, step);
  if (after === undefined) placeOrder(session, linesOf(req));
  res.redirect(303, `/checkout/${after?.slug ?? 'confirmation'}`);
});

interface StepPage {
  readonly step: CheckoutStep;
  readonly draft: Draft;
  readonly problems: Readonly<Record<string, string>>;
}

function renderStep(req: Request, res: Response, page: StepPage): void {
  const flow = req.gk.ffVariant('CHECKOUT_FLOW');
  const lines = linesOf(req);
  res.render('checkout', {
    ...page,
    ...stepsAround(flow, page.step),
    flow,
    steps: CHECKOUT_FLOWS[flow],
    form: ORDER_FORM,
    lines,
    total: cartTotal(lines),
  });
}

function linesOf(req: Request): readonly CartLine[] {
  return cartLines(sessionOf(req).cart ?? {}, { discount: req.gk.ffValue('LOYALTY_PRICES') });
}
