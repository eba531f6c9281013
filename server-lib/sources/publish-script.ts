export const MOST_REVISIONS = 20;

/**
 * Compares, replaces, logs and tells in one step: nobody sees one without the others, and of two who publish at once
 * against the same revision, one is rejected. A key that holds no text, or a log that is no list, is put right.
 *
 * KEYS: the document, the log. ARGV: channel, text, log entry, the beginning of the expected revision (the empty string
 * for none) or `*`.
 */
export const PUBLISH: string = `
local function typed(key, kind)
  return redis.call('TYPE', key).ok == kind
end
local now = typed(KEYS[1], 'string') and redis.call('GET', KEYS[1]) or ''
local revision = now ~= '' and redis.sha1hex(now) or ''
local function isExpected(beginning)
  if beginning == '*' or beginning == revision then return true end
  return #beginning >= 6 and string.sub(revision, 1, #beginning) == beginning
end
if not isExpected(ARGV[4]) then return { 'rejected', revision } end
if now == ARGV[2] then
  redis.call('PUBLISH', ARGV[1], revision)
  return { 'unchanged', revision }
end
if not typed(KEYS[2], 'list') then redis.call('DEL', KEYS[2]) end
redis.call('SET', KEYS[1], ARGV[2])
redis.call('LPUSH', KEYS[2], ARGV[3])
redis.call('LTRIM', KEYS[2], 0, ${MOST_REVISIONS - 1})
revision = redis.sha1hex(ARGV[2])
redis.call('PUBLISH', ARGV[1], revision)
return { 'published', revision }
`;
