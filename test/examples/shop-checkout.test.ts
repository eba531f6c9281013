import { expect, test } from 'vitest';
import { createShop } from '../../examples/shop/app.ts';
import { textIn, type Visitor, visitor } from './visitor.ts';

const ADDRESS = { name: 'Ada Lovelace', street: '12 St James’s Square', city: 'SW1Y London' };
const DELIVERY = { delivery: 'TOMORROW' };
const PAYMENT = { payment: 'INVOICE' };

test.each([
  // flow       the form's pages, with the values to enter
  ['CLASSIC', { address: ADDRESS, payment: { ...DELIVERY, ...PAYMENT } }],
  ['ONE_PAGE', { order: { ...ADDRESS, ...DELIVERY, ...PAYMENT } }],
  ['WIZARD', { address: ADDRESS, delivery: DELIVERY, payment: PAYMENT }],
])('the %s checkout leads from the cart to a confirmed order', async (flow, pages) => {
  const customer = await customerWith('halo', { CHECKOUT_FLOW: flow });
  const slugs = Object.keys(pages);

  expect((await customer.get('/checkout')).headers.location).toBe(`/checkout/${slugs[0]}`);
  for (const [index, [slug, values]] of Object.entries(pages).entries()) {
    const page = await customer.get(`/checkout/${slug}`);
    const response = await customer.post(`/checkout/${slug}`, values);

    expect(page.text).toContain(`data-checkout="${flow}"`);
    expect(response.headers.location).toBe(`/checkout/${slugs[index + 1] ?? 'confirmation'}`);
  }
  const confirmation = await customer.get('/checkout/confirmation');

  expect(confirmation.text).toContain(`data-checkout="${flow}"`);
  expect(textIn(confirmation, 'order-number')).toMatch(/^G-\d{5}$/);
  expect(textIn(confirmation, 'cart-count')).toBe('0');
});

test.each([
  // flow       progress
  ['CLASSIC', undefined],
  ['ONE_PAGE', undefined],
  ['WIZARD', 'Step 1 of 3'],
])('the %s checkout shows the progress %s', async (flow, progress) => {
  const customer = await customerWith('halo', { CHECKOUT_FLOW: flow });

  const { headers } = await customer.get('/checkout');
  const page = await customer.get(headers.location ?? '');

  expect(textIn(page, 'checkout-progress')).toBe(progress);
});

test('an incomplete page of the checkout says what is missing and keeps the other values', async () => {
  const customer = await customerWith('halo');

  const page = await customer.post('/checkout/address', { ...ADDRESS, city: ' ' });

  expect(page.status).toBe(422);
  expect(page.text).toContain('Enter your postcode and city.');
  expect(page.text).toContain('value="Ada Lovelace"');
  expect(page.text).toContain('aria-invalid=true aria-describedby="city-problem"');
});

test('a step redirects to the first step that is not complete', async () => {
  const customer = await customerWith('halo', { CHECKOUT_FLOW: 'WIZARD' });

  const page = await customer.get('/checkout/payment');

  expect(page.headers.location).toBe('/checkout/address');
});

test('a customer whose flow changes continues at the first incomplete step of the new flow', async () => {
  const shop = createShop();
  const customer = await customerIn(shop, 'halo');
  await customer.post('/checkout/address', ADDRESS);

  const page = await customer.get('/checkout/delivery');

  expect(page.headers.location).toBe('/checkout/payment');
});

test('with an empty cart, the checkout redirects to the cart', async () => {
  const page = await visitor(createShop()).get('/checkout');

  expect(page.headers.location).toBe('/cart');
});

test('when the operator closes payments, no override opens them again', async () => {
  const shop = createShop();
  const customer = await customerIn(shop, 'halo', { PAYMENTS_KILL_SWITCH: 'RUNNING' });
  shop.locals.paymentsStopped = true;

  const page = await customer.get('/checkout');

  expect(page.status).toBe(503);
  expect(textIn(page, 'payments-closed')).toBeDefined();
  expect(page.text).toContain('data-checkout="CLASSIC"');
});

test('a removed product is no longer in the cart', async () => {
  const customer = await customerWith('trio');

  await customer.post('/cart/remove', { product: 'trio' });
  const cart = await customer.get('/cart');

  expect(cart.text).toContain('Your cart is empty.');
});

async function customerWith(product: string, overrides?: Readonly<Record<string, string>>): Promise<Visitor> {
  return customerIn(createShop(), product, overrides);
}

async function customerIn(
  shop: ReturnType<typeof createShop>,
  product: string,
  overrides?: Readonly<Record<string, string>>,
): Promise<Visitor> {
  const customer = visitor(shop, overrides);
  await customer.post('/cart/add', { product });
  return customer;
}
