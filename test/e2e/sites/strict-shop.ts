import { createShop } from '../../../examples/shop/app.ts';
import { type RecordingServer, serve } from './recording-server.ts';

/** Opens the demo shop with a policy that lets its pages ask for nothing, not even of the shop itself. */
export function openStrictShop(): Promise<RecordingServer> {
  const shop = createShop({ hour: () => 14 });
  return serve((request, response) => {
    const setHeader = response.setHeader.bind(response);
    response.setHeader = (name, value) =>
      setHeader(name, /^content-security-policy$/i.test(name) ? "default-src 'none'" : value);
    shop(request, response);
  });
}
