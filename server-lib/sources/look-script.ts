/**
 * Compares the document with what the asker has, in Redis: what did not change is not transferred. A hash is enough to
 * find out; it costs Redis about 3 ms a megabyte.
 *
 * KEYS: the document. ARGV: the revision that the asker has, the most bytes that it takes.
 */
export const LOOK = `
local bytes = redis.call('STRLEN', KEYS[1])
if bytes == 0 then return { 'none' } end
if bytes > tonumber(ARGV[2]) then return { 'large', bytes } end
local text = redis.call('GET', KEYS[1])
local revision = redis.sha1hex(text)
if revision == ARGV[1] then return { 'same', revision } end
return { 'text', revision, text }
`;

/** What {@link LOOK} replies. */
export type LookReply =
  | readonly ['none']
  | readonly ['large', bytes: number]
  | readonly ['same', revision: string]
  | readonly ['text', revision: string, text: string];

export function isLookReply(reply: unknown): reply is LookReply {
  if (!Array.isArray(reply)) return false;
  const [kind, ...values] = reply.map((value: unknown) => typeof value);
  const shape = SHAPES.get(reply[0]);
  return kind === 'string' && shape !== undefined && shape === values.join();
}

const SHAPES: ReadonlyMap<unknown, string> = new Map([
  ['none', ''],
  ['large', 'number'],
  ['same', 'string'],
  ['text', 'string,string'],
]);
