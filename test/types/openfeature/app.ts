import { type Client, OpenFeature, type Provider } from '@openfeature/server-sdk';
import express from 'express';
import { gatekeeper } from '../../../server-lib/express.ts';
import { createGatekeeper, type RulesEvent } from '../../../server-lib/index.ts';
import { contextOf, type FlagKeyOf, GatekeeperProvider, transactionContext } from '../../../server-lib/openfeature.ts';
import { flags } from './flags.ts';

type Equal<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
export const booleans: Equal<FlagKeyOf<typeof flags, boolean>, 'NEW_HOME'> = true;
export const numbers: Equal<FlagKeyOf<typeof flags, number>, 'LIMIT'> = true;
export const strings: Equal<FlagKeyOf<typeof flags, string>, 'COLOUR'> = true;
export const objects: Equal<FlagKeyOf<typeof flags, object>, 'LAYOUT'> = true;
export const both: Equal<FlagKeyOf<typeof flags, boolean | number>, 'LIMIT' | 'NEW_HOME'> = true;

const keeper = createGatekeeper({ flags });
const provider: Provider = new GatekeeperProvider(keeper);
OpenFeature.setProvider(provider);
const client: Client = OpenFeature.getClient();

const app = express();
app.use(gatekeeper(keeper), transactionContext());
app.get('/', async (req, res) => {
  const context = { ...contextOf(req.gk), targetingKey: 'ann', country: 'DE' };
  const limit: number = await client.getNumberValue('LIMIT', 10, context);
  const isNew: boolean = await client.getBooleanValue('NEW_HOME', false, contextOf(req.gk));
  const colour: 'RED' | 'GREEN' = await client.getStringValue<'RED' | 'GREEN'>('COLOUR', 'RED');
  const { columns } = await client.getObjectValue<{ columns: number }>('LAYOUT', { columns: 2 });
  res.json({ limit, isNew, colour, columns });

  // @ts-expect-error there is no such flag
  await client.getNumberValue('LIMTI', 10);
  // @ts-expect-error LIMIT is a number
  await client.getBooleanDetails('LIMIT', true);
  // @ts-expect-error NEW_HOME is a boolean
  await client.getStringDetails('NEW_HOME', 'ON');
  // @ts-expect-error COLOUR is a string
  await client.getObjectDetails('COLOUR', {});
});

const stop: () => void = keeper.onRulesChange((event: RulesEvent) => {
  if (event.kind === 'changed') return event.flagsChanged.join();
  return event.kind === 'failed' ? event.error.code : undefined;
});
stop();

// @ts-expect-error a keeper is expected
new GatekeeperProvider(flags);
// @ts-expect-error a gate is expected
contextOf(keeper);
// @ts-expect-error a middleware that was not called
app.use(transactionContext);
