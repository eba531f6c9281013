import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { gatekeeper } from '../../../server-lib/express.ts';
import { createGatekeeper, defineFlags } from '../../../server-lib/index.ts';
import { gkOf } from '../../contracts/http-host/host.ts';
import { nodeRequest } from '../../helpers/http/node-request.ts';
import { withPollutedPrototype } from '../../helpers/polluted-prototype.ts';

test('a polluted Object.prototype signs no user in', () => {
  const flags = defineFlags({
    LISTED: { variants: ['ON', 'OFF'], default: 'OFF', users: { ON: ['ann'] } },
    PAID: { variants: ['ON', 'OFF'], default: 'OFF', decide: ({ attributes }) => (attributes.plan ? 'ON' : 'OFF') },
  });
  const keeper = createGatekeeper({ flags });
  const pollution = {
    userId: () => 'ann',
    attributes: () => ({ plan: 'pro' }),
    session: () => ({}),
    mayOverride: true,
  };

  const variants = withPollutedPrototype(pollution, () => {
    const request = nodeRequest();
    gatekeeper(keeper)(request, {} as ServerResponse, () => {});
    return [gkOf(request).ffVariant('LISTED'), gkOf(request).ffVariant('PAID')];
  });

  expect(variants).toEqual(['OFF', 'OFF']);
});
