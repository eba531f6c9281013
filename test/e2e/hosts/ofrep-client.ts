import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature, type Provider, ProviderEvents } from '@openfeature/web-sdk';

// The script of a page that shows the shop's flags as a client of OpenFeature reads them.

const provider = new OFREPWebProvider({ baseUrl: location.origin, cacheMode: 'disabled' });
const client = OpenFeature.getClient();

function show(): void {
  const { value, flagMetadata } = client.getStringDetails('CHECKOUT_FLOW', 'NONE');
  document.title = JSON.stringify({
    checkout: value,
    isOverridden: flagMetadata.overridden === true,
    percentOff: client.getNumberValue('LOYALTY_PRICES', -1),
    margins: client.getStringDetails('INTERNAL_MARGINS', 'NONE').errorCode,
  });
}

client.addHandler(ProviderEvents.ConfigurationChanged, show);
await OpenFeature.setProviderAndWait(provider as Provider);
show();
