// checkout.spec.js
import { fakeGate, withFlags } from 'gatekeeper-flags/testing';
import request from 'supertest';
import { expect, test } from 'vitest';
import { app, checkout } from './app.js';
import { flags, keeper } from './flags.js';

test.for(['CLASSIC', 'ONE_PAGE'])('the handler with %s', (CHECKOUT) => {
  let page = '';

  checkout({ gk: fakeGate(flags, { CHECKOUT }) }, { send: (text) => (page = text) });

  expect(page).toBe(CHECKOUT === 'ONE_PAGE' ? 'One page' : 'Three steps');
});

test.concurrent('the application', () =>
  withFlags(keeper, { CHECKOUT: 'ONE_PAGE' }, async () => {
    const { text } = await request(app).get('/checkout');

    expect(text).toBe('One page');
  }));

test('a misspelt variant fails the test', () => {
  expect(() => fakeGate(flags, { CHECKOUT: 'ONEPAGE' })).toThrow(
    'did you mean "ONE_PAGE"? The variants are CLASSIC, ONE_PAGE',
  );
});
