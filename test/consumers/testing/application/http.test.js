// http.test.js
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overrideCookie, withFlags } from 'gatekeeper-flags/testing';
import request from 'supertest';
import { app } from './app.js';
import { flags, keeper } from './flags.js';

const PAGES = { CLASSIC: 'Three steps', ONE_PAGE: 'One page' };

for (const [CHECKOUT, page] of Object.entries(PAGES)) {
  test(`the checkout with ${CHECKOUT}`, { concurrency: true }, () =>
    withFlags(keeper, { CHECKOUT }, async () => {
      const { text } = await request(app).get('/checkout');

      assert.equal(text, page);
    }),
  );
}

test('the checkout with the cookie of a tester', async () => {
  const { header } = overrideCookie({ CHECKOUT: 'ONE_PAGE' }, { flags });

  const { text } = await request(app).get('/checkout').set('Cookie', header);

  assert.equal(text, 'One page');
});
