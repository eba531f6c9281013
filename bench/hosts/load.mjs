// Creates load from its own process: each message is a URL and headers; the reply is the number of served requests.

import autocannon from 'autocannon';

process.on('message', async ({ url, headers }) => {
  const result = await autocannon({ url, headers, connections: 20, duration: 1 });
  const failed = result.errors + result.timeouts + result.non2xx;
  if (failed > 0) throw new Error(`Expected only 2xx responses from ${url}, got ${failed} failures`);
  process.send({ served: result['2xx'], perSecond: result['2xx'] / result.duration });
});
process.send('ready');
