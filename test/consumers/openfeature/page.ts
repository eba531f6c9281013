import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature } from '@openfeature/web-sdk';
import { bootstrapped, type OfrepDocument, type OfrepFlag } from 'gatekeeper-flags/web';

const flags: readonly OfrepFlag[] = [{ key: 'COLOUR', value: 'RED', variant: 'RED', reason: 'DEFAULT' }];
const eventStreams = [{ type: 'sse', endpoint: { requestUri: '/ofrep/v1/events' } }] as const;
const start: OfrepDocument = { flags, eventStreams };

export const provider = new OFREPWebProvider({
  baseUrl: location.origin,
  cacheMode: 'disabled',
  fetchImplementation: bootstrapped(start),
});
OpenFeature.setProvider(provider);
export const colour: string = OpenFeature.getClient().getStringValue('COLOUR', 'RED');

export const withFetch = bootstrapped(null, (input, init) => fetch(input, { ...init, credentials: 'include' }));
// @ts-expect-error a document
bootstrapped('{"flags":[]}');
