// Jest without configuration: CommonJS, and no transform of node_modules.
const { createGatekeeper, defineFlags, GatekeeperError } = require('gatekeeper-flags');
const { gatekeeper } = require('gatekeeper-flags/express');
const { compileRules } = require('gatekeeper-flags/rules');

const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });
const rules = {
  flags: {
    SEARCH: {
      state: 'ENABLED',
      variants: { EXACT: 'EXACT', FUZZY: 'FUZZY' },
      defaultVariant: 'EXACT',
      targeting: { if: [{ some: [{ var: 'roles' }, { '==': [{ var: '' }, 'admin'] }] }, 'FUZZY', null] },
    },
  },
};

test('a keeper decides by rules', () => {
  const keeper = createGatekeeper({ flags, rules });
  const variantFor = (roles) => keeper.gateFor({ userId: 1, attributes: { roles } }).ffVariant('SEARCH');

  expect(variantFor(['admin'])).toBe('FUZZY');
  expect(variantFor(['guest'])).toBe('EXACT');
  expect(compileRules(rules).evaluate('SEARCH', { roles: ['admin'] }).variant).toBe('FUZZY');
});

test('an override of a test is applied by the middleware', () => {
  const keeper = createGatekeeper({ flags, allowOverrides: () => true });
  const request = { headers: { cookie: 'gatekeeper={"SEARCH":"FUZZY"}' } };

  gatekeeper(keeper)(request, { headersSent: false, getHeader() {}, setHeader() {}, writeHead() {} }, () => {});

  expect(request.gk.ffVariant('SEARCH')).toBe('FUZZY');
});

test('a mistake is a GatekeeperError', () => {
  expect(() => defineFlags({ 'no name': {} })).toThrow(GatekeeperError);
});
