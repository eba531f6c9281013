// What must not compile.
// @ts-expect-error CHECKOUT has no variant ONEPAGE
cy.setFlags({ CHECKOUT: 'ONEPAGE' });
// @ts-expect-error there is no flag CHEKCOUT
cy.setFlags({ CHEKCOUT: 'ONE_PAGE' });
cy.visitForFlags('/checkout').then((used) => {
  const variant: 'CLASSIC' | 'ONE_PAGE' | undefined = used.CHECKOUT;
  // @ts-expect-error there is no flag CHEKCOUT
  return [variant, used.CHEKCOUT];
});
