import { createClient } from 'redis';
import { expect, onTestFinished, test, vi } from 'vitest';
import { measureFleet } from '../../../../scripts/fleet/measure.ts';
import { publishRules, type RedisSourceOptions, redisSource } from '../../../../server-lib/redis.ts';
import { packDocument, unpackDocument } from '../../../../server-lib/sources/redis/packed-document.ts';
import { startRedis } from '../../../helpers/processes/redis-server.ts';
import { rulesText } from '../../../helpers/rules-documents.ts';
import { SEED } from '../../../helpers/vitest/seed.ts';

const [KEY, PACKED] = ['gatekeeper:rules', '{gatekeeper:rules}:packed'];
const SOON = { timeout: 30_000, interval: 10 };
const large = (colour: string): string => `${rulesText(colour)}${' '.repeat(200_000)}`;

test('a large document is packed and unpacked; a small one is not packed', async () => {
  const packed = await packDocument(large('rød'));

  expect(packed.length).toBeLessThan(1_000);
  expect(await unpackDocument(packed)).toBe(large('rød'));
  expect(await packDocument(rulesText('red'))).toBe('');
});

test.each(['', '!', 'AAAA'])('%j is no packed document', async (packed) => {
  expect(await unpackDocument(packed)).toBeUndefined();
});

test('a source reads the packed document; one that was written by hand counts instead', async () => {
  const { client, open, sent } = await startStore();
  await publishRules(client, large('red'));
  const before = await sent();
  const source = open({});
  await source.ready;
  expect(source.current()?.document).toBe(large('red'));
  expect((await sent()) - before).toBeLessThan(100_000);

  await publishRules(client, large('green'));
  await vi.waitFor(() => expect(source.current()?.document).toBe(large('green')), SOON);
  expect((await sent()) - before).toBeLessThan(100_000);

  await client.set(KEY, large('blue'));
  await client.publish(`${KEY}:changed`, '');
  await vi.waitFor(() => expect(source.current()?.document).toBe(large('blue')), SOON);

  await publishRules(client, rulesText('pink'));
  expect(await client.exists(PACKED)).toBe(0);
  await vi.waitFor(() => expect(source.current()?.document).toBe(rulesText('pink')), SOON);
});

test.each([
  ['is damaged', async (client: Client) => void (await client.setRange(PACKED, 41, '!!!!'))],
  ['has another type', async (client: Client) => void (await client.multi().del(PACKED).sAdd(PACKED, 'x').exec())],
])('if the packed document %s, the source reads the other one', async (_, spoil) => {
  const { client, open } = await startStore();
  await publishRules(client, large('red'));
  await spoil(client);

  const source = open({});
  await source.ready;

  expect(source.current()?.document).toBe(large('red'));
  expect(source.health()).not.toHaveProperty('lastError');
});

test('an account that may read only the document gets it', async () => {
  const { client, url } = await startStore();
  await client.sendCommand(['ACL', 'SETUSER', 'reader', 'on', '>secret', `~${KEY}`, '&*', '+@all']);
  await publishRules(client, large('red'));
  const source = redisSource({ url: url.replace('redis://', 'redis://reader:secret@') });
  onTestFinished(() => source.close());
  await source.ready;

  await publishRules(client, large('green'));

  await vi.waitFor(() => expect(source.current()?.document).toBe(large('green')), SOON);
});

test('the announcement of a large document says how to spread the reads, by its size and the number of servers', async () => {
  const { client, url } = await startStore();
  const announced: string[] = [];
  const subscribers = await Promise.all(Array.from({ length: 40 }, () => createClient({ url }).connect()));
  onTestFinished(() => subscribers.forEach((one) => void one.destroy()));
  for (const [at, one] of subscribers.entries()) {
    await one.subscribe(`${KEY}:changed`, (message) => void (at === 0 && announced.push(message)));
  }

  const small = await publishRules(client, rulesText('red'));
  const { revision } = await publishRules(client, { flags: {}, metadata: { noise: noise(300_000) } });

  await vi.waitFor(() => expect(announced).toHaveLength(2), SOON);
  expect(announced[0]).toBe(small.revision);
  const [about, spread] = String(announced[1]).split(' ');
  expect(about).toBe(revision);
  expect(Number(spread)).toBeGreaterThan(200); // 40 × 300 kB at 40 MB a second
  expect(Number(spread)).toBeLessThan(400);
});

test.each([
  ['-1', -1],
  ['"1000"', '1000'],
])('spread: %s is refused', (_, spread) => {
  expect(() => redisSource({ url: 'redis://h', spread } as RedisSourceOptions)).toThrow(
    'redisSource: spread must be from 0 to 600000 milliseconds',
  );
});

test('with `spread`, a source waits for a random part of it, whatever the announcement says', async () => {
  const random = vi.spyOn(Math, 'random').mockReturnValue(0.999);
  onTestFinished(() => random.mockRestore());
  const { client, open } = await startStore();
  await publishRules(client, rulesText('red'));
  const [waiting, prompt] = [open({ spread: 600_000 }), open({ spread: 0 })];
  await Promise.all([waiting.ready, prompt.ready]);

  await publishRules(client, rulesText('green'));
  await vi.waitFor(() => expect(prompt.current()?.document).toBe(rulesText('green')), SOON);

  expect(waiting.current()?.document).toBe(rulesText('red'));
});

test('every server of a fleet gets a large document, and Redis sends a part of it to each', async () => {
  const servers = 20; // `npm run fleet` measures hundreds on a quiet machine
  const { url } = await startRedis();

  const { bytes, delays, sent, variants } = await measureFleet(url, servers, SEED);

  expect(delays).toHaveLength(servers);
  expect(bytes).toBeGreaterThan(1_000_000);
  expect(sent).toBeLessThan(0.4 * bytes * servers);
  expect(variants.filter((variant) => variant !== 'red' && variant !== 'green')).toEqual([]);
});

type Client = Awaited<ReturnType<typeof startStore>>['client'];

async function startStore() {
  const { url } = await startRedis();
  const client = await createClient({ url }).connect();
  onTestFinished(() => client.destroy());
  return {
    url,
    client,
    open(options: Partial<RedisSourceOptions>) {
      const source = redisSource({ url, pollInterval: 3_600_000, ...options });
      onTestFinished(() => source.close());
      return source;
    },
    /** How many bytes Redis has sent in all. */
    sent: async (): Promise<number> =>
      Number(/total_net_output_bytes:(\d+)/.exec(String(await client.sendCommand(['INFO', 'stats'])))?.[1]),
  };
}

/** A string that does not get much smaller. */
function noise(length: number): string {
  let state = SEED | 1;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return String.fromCharCode(0x40 + ((state >> 16) & 0x3f)).replace('\\', '0');
  }).join('');
}
