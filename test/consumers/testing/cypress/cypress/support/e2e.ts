// cypress/support/e2e.ts
import type { OverridesOf, RegisteredFlags } from 'gatekeeper-flags';
import { encodeOverrides, OVERRIDE_COOKIE, readServerTiming } from 'gatekeeper-flags/wire';
import type {} from '../../flags.js'; // registers the flags

declare global {
  namespace Cypress {
    interface Chainable {
      /** Sets the flags of this test: the override cookie, which Cypress removes before the next one. */
      setFlags(overrides: OverridesOf<RegisteredFlags>): Chainable<Cookie>;
      /** Visits a page, and yields the variants that the server has used for it. */
      visitForFlags(path: string): Chainable<OverridesOf<RegisteredFlags>>;
    }
  }
}

Cypress.Commands.add('setFlags', (overrides) => cy.setCookie(OVERRIDE_COOKIE, encodeOverrides(overrides)));

Cypress.Commands.add('visitForFlags', (path) => {
  cy.intercept('GET', path).as('page');
  cy.visit(path);
  return cy.wait('@page').then(({ response }) => {
    const header = [response?.headers['server-timing'] ?? []].flat().join();
    const { flags } = readServerTiming(header);
    return Object.fromEntries(flags.map(({ flag, variant }) => [flag, variant]));
  });
});
