import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature } from '@openfeature/react-sdk';
import { bootstrapped } from 'gatekeeper-flags/web';
import { createElement as h } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { App } from './page.mjs';

// The values that the server has rendered. The provider needs no request to start with them.
const flags = JSON.parse(document.getElementById('flags').textContent);
const provider = new OFREPWebProvider({
  baseUrl: location.origin,
  cacheMode: 'disabled', // otherwise the first values are those of the last visit
  fetchImplementation: bootstrapped(flags),
});
await OpenFeature.setProviderAndWait(provider);
hydrateRoot(document.getElementById('root'), h(App));
