import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';

const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT', users: { FUZZY: [7] } } });

test('flags are typed and decided', () => {
  const keeper = createGatekeeper({ flags });
  const variant: 'EXACT' | 'FUZZY' = keeper.gateFor({ userId: 7 }).ffVariant('SEARCH');

  expect(variant).toBe('FUZZY');
  expect(typeof gatekeeper(keeper)).toBe('function');
});
