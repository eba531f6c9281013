// Load from a process of its own: answers each message, a URL and headers, with how many requests were served.

import autocannon from 'autocannon';

process.on('message', async ({ url, headers }) => {
  const result = await autocannon({ url, headers, connections: 20, duration: 1 });
  const failed = result.errors + result.timeouts + result.non2xx;
  if (failed > 0) throw new Error(`${url} failed ${failed} times`);
  process.send({ served: result['2xx'], perSecond: result['2xx'] / result.duration });
});
process.send('ready');
