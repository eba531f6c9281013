import { bareAddress } from './page-address.ts';
import { type SharedSetup, sharedCookie } from './shared-setup.ts';

/** Lines for a Cypress test that open the page with these overrides. */
export function cypressLines(setup: SharedSetup): string {
  const { name, value, domain, secure } = sharedCookie(setup);
  return `cy.setCookie(${JSON.stringify(name)}, ${JSON.stringify(value)}, {
  domain: ${JSON.stringify(domain)},
  hostOnly: true,
  path: '/',
  secure: ${secure},
  sameSite: 'lax',
});
cy.visit(${JSON.stringify(bareAddress(setup.href))});
`;
}
