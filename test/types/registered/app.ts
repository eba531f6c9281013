import express from 'express';
import { gatekeeper } from '../../../server-lib/express.ts';
import { createGatekeeper, defineFlags, type FlagName, type Gate } from '../../../server-lib/index.ts';

const flags = defineFlags({
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
});

declare module '../../../server-lib/index.ts' {
  interface Register {
    flags: typeof flags;
  }
}

export const app = express();
app.use(gatekeeper(createGatekeeper({ flags })));

app.get('/', (req, res) => {
  const isFuzzy: boolean = req.gk.ff('SEARCH', 'FUZZY');
  const variant: 'EXACT' | 'FUZZY' = req.gk.ffVariant('SEARCH');
  const forTemplates: 'CLASSIC' | 'ONE_PAGE' = res.locals.gk.ffVariant('CHECKOUT');

  // @ts-expect-error no flag of this name
  req.gk.ff('SAERCH', 'FUZZY');
  // @ts-expect-error FUZZY belongs to SEARCH
  req.gk.ff('CHECKOUT', 'FUZZY');
  // @ts-expect-error no flag of this name
  req.gk.ffVariant('SAERCH');
  // @ts-expect-error FUZZY is missing from the union
  const wrong: 'EXACT' | 'ONE_PAGE' = req.gk.ffVariant('SEARCH');

  res.json({ isFuzzy, variant, forTemplates, wrong });
});

/** An application's function that takes a gate, without a type parameter. */
export function searchWith(gate: Gate): 'EXACT' | 'FUZZY' {
  return gate.ffVariant('SEARCH');
}

export const names: readonly FlagName[] = ['CHECKOUT', 'SEARCH'];
// @ts-expect-error no flag of this name
export const misspelt: FlagName = 'SAERCH';
