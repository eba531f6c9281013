import { MultiProvider, OpenFeature, type Provider } from '@openfeature/server-sdk';
import express from 'express';
import { createGatekeeper, type OfrepDocument, ofrepDocument } from 'gatekeeper-flags';
import { gatekeeper, manifestRoute, type OfrepOptions, ofrepRoute } from 'gatekeeper-flags/express';
import { contextOf, GatekeeperProvider, transactionContext, withBrowserOverrides } from 'gatekeeper-flags/openfeature';
import { flags } from './flags.js';

declare const vendor: Provider;

const keeper = createGatekeeper({ flags });
const own: Provider = new GatekeeperProvider(keeper);
const wrapped: Provider = withBrowserOverrides(new MultiProvider([{ provider: vendor }, { provider: own }]), keeper);
OpenFeature.setProvider(wrapped);
const client = OpenFeature.getClient();

const options: OfrepOptions<typeof flags, express.Request> = {
  flags: ['COLOUR', 'new-checkout'],
  context: 'caller',
  authorize: (request) => request.get('authorization') === 'Bearer key',
};
export const app = express();
app.use(gatekeeper(keeper), transactionContext(), manifestRoute(keeper));
app.use('/api', ofrepRoute(keeper, options));
app.use(ofrepRoute(keeper, { flags: ['payments', 'LAYOUT'], attributes: ['country'], events: true }));

app.get('/', async ({ gk }, response) => {
  const context = { ...contextOf(gk), targetingKey: 'ann', country: 'DE' };
  const isNew: boolean = await client.getBooleanValue('new-checkout', false, context);
  const canPay: boolean = await client.getBooleanValue('payments', true);
  const limit: number = await client.getNumberValue('upload-limit', 10);
  const colour: 'RED' | 'GREEN' = await client.getStringValue<'RED' | 'GREEN'>('COLOUR', 'RED');
  const { columns } = await client.getObjectValue<{ columns: number }>('LAYOUT', { columns: 2 });
  const document: OfrepDocument = ofrepDocument(keeper.gateFor(), ['COLOUR']);
  response.json({ isNew, canPay, limit, colour, columns, document });
});

export const mistakes = () => [
  // @ts-expect-error there is no such flag
  client.getNumberValue('upload-limti', 10),
  // @ts-expect-error upload-limit is a number
  client.getBooleanDetails('upload-limit', true),
  // @ts-expect-error payments is a boolean
  client.getStringDetails('payments', 'on'),
  // @ts-expect-error COLOUR is a string
  client.getObjectDetails('COLOUR', {}),
  // @ts-expect-error there is no such flag
  ofrepRoute(keeper, { flags: ['COLOR'] }),
  // @ts-expect-error there is no such flag
  ofrepDocument(keeper.gateFor(), ['COLOR']),
  // @ts-expect-error true or false
  ofrepRoute(keeper, { flags: [], authorize: async () => true }),
  // @ts-expect-error a provider and a keeper
  withBrowserOverrides(keeper, vendor),
  // @ts-expect-error a gate, not the keeper
  contextOf(keeper),
];
