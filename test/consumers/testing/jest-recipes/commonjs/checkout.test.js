// checkout.test.js
const { createGatekeeper, defineFlags } = require('gatekeeper-flags');
const { eachVariant, fakeGate, withFlags } = require('gatekeeper-flags/testing');

const flags = defineFlags({ CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' } });
const keeper = createGatekeeper({ flags });
const title = (gk) => (gk.ff('CHECKOUT', 'ONE_PAGE') ? 'One page' : 'Three steps');

test.each(eachVariant(flags, 'CHECKOUT'))('the title with %s', (CHECKOUT) => {
  expect(title(fakeGate(flags, { CHECKOUT }))).toBe(CHECKOUT === 'ONE_PAGE' ? 'One page' : 'Three steps');
});

test('code that opens its own gate', async () => {
  const page = await withFlags(keeper, { CHECKOUT: 'ONE_PAGE' }, async () => title(keeper.gateFor()));

  expect(page).toBe('One page');
});
