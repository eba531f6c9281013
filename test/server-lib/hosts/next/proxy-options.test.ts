import { expect, test } from 'vitest';
import { createGatekeeper, defineFlags } from '../../../../server-lib/index.ts';
import { gatekeeperProxy } from '../../../../server-lib/next.ts';

const keeper = createGatekeeper({ flags: defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } }) });

test('events of OFREP are refused when the application starts', () => {
  const proxyWith = (events: boolean) => () =>
    gatekeeperProxy(keeper, { ofrep: { flags: ['SEARCH'], events } as { readonly flags: ['SEARCH'] } });

  expect(proxyWith(true)).toThrow(
    'gatekeeperProxy: ofrep.events must be left out, because Next has no connection to keep open; set pollInterval in the client',
  );
  expect(proxyWith(false)).not.toThrow();
});
