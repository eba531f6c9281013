import type { OwnRedisClient, RedisConnection } from './redis-client.ts';

/** One connection for reading and subscribing, from a client of our own of the package `redis`, version 4 to 6. */
export function connectionOf(client: OwnRedisClient): RedisConnection {
  return canDestroy(client) ? client : connectionOfVersion4(client);
}

/** Version 4 speaks RESP 2, in which a connection that subscribes can do nothing else: so a second one subscribes. */
function connectionOfVersion4(client: OwnRedisClient): RedisConnection {
  const [reader, subscriber] = [withDestroy(client), withDestroy(client.duplicate?.({}) ?? client)];
  const both = [reader, subscriber];
  return {
    get isReady() {
      return both.every((one) => one.isReady);
    },
    on(event, listener) {
      for (const one of both) one.on(event, listener);
    },
    async connect() {
      await reader.connect();
      await subscriber.connect();
    },
    unref() {
      for (const one of both) one.unref?.(); // 4.0 has none
    },
    subscribe: (channel, listener) => subscriber.subscribe(channel, listener),
    ...(reader.eval !== undefined && { eval: reader.eval.bind(reader) }),
    getRange: (key, start, end) => reader.getRange(key, start, end),
    destroy() {
      for (const one of both) one.destroy();
    },
  };
}

/** Gives a client of our own the `destroy` that version 4 lacks. */
export function withDestroy<Client extends OwnRedisClient>(client: Client): Client & { destroy(): void } {
  if (canDestroy(client)) return client;
  const destroy = (): void => {
    Promise.resolve(client.disconnect?.()).catch(() => {}); // it rejects where it is closed already
  };
  return Object.assign(client, { destroy });
}

function canDestroy<Client extends OwnRedisClient>(client: Client): client is Client & RedisConnection {
  return typeof client.destroy === 'function';
}
