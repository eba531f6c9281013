/**
 * flagd's bucket by hand: murmur3 (x86, 32 bits) of flag and user, ASCII only, with the flag's part hashed in advance. It is
 * the limit because it is faster than any code that could be released.
 */
export function bucketing(flag) {
  const start = absorbed({ hash: 0, rest: 0, length: 0 }, flag);
  return function isInFirst(user, percent) {
    let { hash, rest, length } = start;
    for (let at = 0; at < user.length; at++) {
      rest |= user.charCodeAt(at) << ((length & 3) * 8);
      if ((++length & 3) === 0) {
        hash = mixed(hash, rest);
        rest = 0;
      }
    }
    if ((length & 3) !== 0) hash ^= scrambled(rest);
    hash ^= length;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return Math.floor((((hash ^ (hash >>> 16)) >>> 0) * 100) / 2 ** 32) < percent;
  };
}

function absorbed(state, text) {
  let { hash, rest, length } = state;
  for (let at = 0; at < text.length; at++) {
    rest |= text.charCodeAt(at) << ((length & 3) * 8);
    if ((++length & 3) !== 0) continue;
    hash = mixed(hash, rest);
    rest = 0;
  }
  return { hash, rest, length };
}

function scrambled(block) {
  const product = Math.imul(block, 0xcc9e2d51);
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593);
}

function mixed(hash, block) {
  const next = hash ^ scrambled(block);
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe6546b64) | 0;
}
