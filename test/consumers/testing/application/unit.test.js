// unit.test.js
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachVariant, fakeGate } from 'gatekeeper-flags/testing';
import nunjucks from 'nunjucks';
import { checkout } from './app.js';
import { flags, keeper } from './flags.js';

test('a handler: it renders the variant, and evaluates no other flag', () => {
  const gk = fakeGate(flags, { CHECKOUT: 'ONE_PAGE' });
  const sent = [];

  checkout({ gk }, { send: (text) => sent.push(text) });

  assert.deepEqual(sent, ['One page']);
  assert.deepEqual(
    gk.evaluations().map(({ flag }) => flag),
    ['CHECKOUT'],
  );
});

test('a template: it renders each variant', () => {
  const template = "{% if gk.ff('CHECKOUT', 'ONE_PAGE') %}One page{% else %}Three steps{% endif %}";

  const pages = eachVariant(flags, 'CHECKOUT').map((CHECKOUT) =>
    nunjucks.renderString(template, { gk: fakeGate(flags, { CHECKOUT }) }),
  );

  assert.deepEqual(pages, ['Three steps', 'One page']);
});

test('decide: it chooses the variant from the attributes', () => {
  const variantIn = (country) => keeper.gateFor({ attributes: { country } }).ffVariant('CHECKOUT');

  assert.equal(variantIn('NL'), 'ONE_PAGE');
  assert.equal(variantIn('DE'), 'CLASSIC');
});
