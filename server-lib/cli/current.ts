import type { RedisCommands } from '../sources/redis-client.ts';
import type { RedisPlace } from '../sources/redis-place.ts';

/** The text that is in force; empty where there is none, or something that is no text. */
export async function currentText(client: RedisCommands, { key }: RedisPlace): Promise<string> {
  try {
    return (await client.get(key)) ?? '';
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return '';
    throw error;
  }
}
