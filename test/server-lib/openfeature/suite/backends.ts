import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createClient } from 'redis';
import { expect, vi } from 'vitest';
import { createGatekeeper, type FlagDefinition, type Gatekeeper } from '../../../../server-lib/index.ts';
import { publishRules, redisSource } from '../../../../server-lib/redis.ts';
import { fileSource } from '../../../../server-lib/rules.ts';
import { freePort, launchRedis, type RedisProcess } from '../../../helpers/processes/redis-process.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

/** The parts of flagd's flag definitions that the suite's flags need. */
export interface FlagSet {
  readonly flags: Readonly<Record<string, CanonicalFlag>>;
}

interface CanonicalFlag {
  readonly variants: Readonly<Record<string, never>>;
  readonly defaultVariant: string;
}

/** A backend of the provider under test, and the control over it. */
export interface Backend {
  /** A keeper whose rules are the suite's flags, or whose backend cannot be reached. */
  open(isAvailable: boolean): Promise<Gatekeeper>;
  /** Changes `changing-flag`. Resolves when the new value is in use. */
  change(): Promise<void>;
  lose(): Promise<void>;
  restore(): Promise<void>;
  /** Closes what this example has opened. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** The suite's flags in code. */
function definitionsOf({ flags }: FlagSet): Readonly<Record<string, FlagDefinition>> {
  const entries = Object.entries(flags).map(([name, { variants, defaultVariant }]) => {
    return [name, { variants: Object.keys(variants), values: variants, default: defaultVariant }] as const;
  });
  return Object.fromEntries(entries);
}

function withChange({ flags }: FlagSet): FlagSet {
  const changing = flags['changing-flag'] as CanonicalFlag;
  const defaultVariant = Object.keys(changing.variants).find((variant) => variant !== changing.defaultVariant) ?? '';
  return { flags: { ...flags, 'changing-flag': { ...changing, defaultVariant } } };
}

/** The suite's keepers, and the wait for a change. */
class Keepers {
  readonly #flags: FlagSet;
  #open: Gatekeeper[] = [];

  constructor(flags: FlagSet) {
    this.#flags = flags;
  }

  create(rules: ReturnType<typeof fileSource>): Gatekeeper {
    const keeper = createGatekeeper({ flags: definitionsOf(this.#flags), rules, onError: () => {} });
    this.#open.push(keeper);
    return keeper;
  }

  async changed(): Promise<void> {
    const { defaultVariant } = withChange(this.#flags).flags['changing-flag'] as CanonicalFlag;
    const served = () => this.#open.map((keeper) => keeper.gateFor().ffVariant('changing-flag'));
    await vi.waitFor(() => expect(new Set(served())).toEqual(new Set([defaultVariant])), 30_000);
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((keeper) => keeper.close()));
    this.#open = [];
  }
}

/** Rules in a file: a backend in the process itself, without a connection that can be lost. */
export function fileBackend(flags: FlagSet): Backend {
  const folder = temporaryFolder();
  const file = path.join(folder.path, 'rules.json');
  const keepers = new Keepers(flags);
  const unsupported = async (): Promise<never> => {
    throw new Error('a file has no connection');
  };
  return {
    async open() {
      await writeFile(file, JSON.stringify(flags));
      return keepers.create(fileSource(file, { pollInterval: 20 }));
    },
    async change() {
      await writeFile(file, JSON.stringify(withChange(flags)));
      await keepers.changed();
    },
    lose: unsupported,
    restore: unsupported,
    reset: () => keepers.close(),
    async close() {
      folder.remove();
    },
  };
}

/** Rules in a real Redis. */
export async function redisBackend(flags: FlagSet): Promise<Backend> {
  const folder = temporaryFolder();
  const port = await freePort();
  const keepers = new Keepers(flags);
  let server: RedisProcess | undefined = await launchRedis(port, folder.path);

  async function publish(document: FlagSet): Promise<void> {
    const client = await createClient({ url: `redis://127.0.0.1:${port}` }).connect();
    await publishRules(client, JSON.stringify(document));
    client.destroy();
  }

  async function stop(): Promise<void> {
    await server?.signal('SIGKILL');
    server = undefined;
  }

  return {
    async open(isAvailable) {
      if (!isAvailable) return keepers.create(redisSource({ url: `redis://127.0.0.1:${await freePort()}` }));
      await publish(flags);
      return keepers.create(redisSource({ url: `redis://127.0.0.1:${port}` }));
    },
    async change() {
      await publish(withChange(flags));
      await keepers.changed();
    },
    lose: stop,
    async restore() {
      server = await launchRedis(port, folder.path);
      await publish(flags);
    },
    reset: () => keepers.close(),
    async close() {
      await stop();
      folder.remove();
    },
  };
}
