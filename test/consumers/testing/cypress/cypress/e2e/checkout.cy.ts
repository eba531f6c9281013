// cypress/e2e/checkout.cy.ts
const TITLES = { CLASSIC: 'Three steps', ONE_PAGE: 'One page' } as const;

for (const CHECKOUT of ['CLASSIC', 'ONE_PAGE'] as const) {
  it(`the checkout with ${CHECKOUT} has its title`, () => {
    cy.setFlags({ CHECKOUT });

    cy.visitForFlags('/checkout').should('have.property', 'CHECKOUT', CHECKOUT);
    cy.contains('h1', TITLES[CHECKOUT]);
  });
}
