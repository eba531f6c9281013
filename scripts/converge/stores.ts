import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { createClient } from 'redis';
import { publishRules as publishToPostgres } from '../../server-lib/postgres.ts';
import { publishRules } from '../../server-lib/redis.ts';
import { revisionOf } from '../../server-lib/rules/document/rules-document.ts';
import { launchPostgres } from '../../test/helpers/processes/postgres-process.ts';
import { freePort, launchRedis } from '../../test/helpers/processes/redis-process.ts';

/** A store of its own, where rules are published. */
export interface Store {
  readonly url: string;
  /** Resolves with the revision. */
  publish(text: string): Promise<string>;
  end(): Promise<void>;
}

export type StoreName = 'redis' | 'postgres' | 'http';

export const STORES: Readonly<Record<StoreName, () => Promise<Store>>> = {
  async redis() {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'gatekeeper-converge-'));
    const port = await freePort();
    const redis = await launchRedis(port, folder);
    const url = `redis://127.0.0.1:${port}`;
    const client = await createClient({ url }).connect();
    return {
      url,
      publish: async (text) => (await publishRules(client, text)).revision,
      async end() {
        client.destroy();
        await redis.signal('SIGKILL');
        rmSync(folder, { recursive: true });
      },
    };
  },
  async postgres() {
    const postgres = await launchPostgres();
    const client = new pg.Client(postgres.url);
    await client.connect();
    return {
      url: postgres.url,
      publish: async (text) => (await publishToPostgres(client, text)).revision,
      async end() {
        await client.end();
        await postgres.remove();
      },
    };
  },
  async http() {
    let document = '';
    const server = createServer((request, response) => {
      const etag = `"${revisionOf(document)}"`;
      if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
      else response.writeHead(200, { 'content-type': 'application/json', etag }).end(document);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/rules.json`,
      async publish(text) {
        document = text;
        return revisionOf(text);
      },
      async end() {
        server.close();
        server.closeAllConnections();
      },
    };
  },
};
