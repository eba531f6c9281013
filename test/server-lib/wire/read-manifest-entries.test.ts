import { expect, test } from 'vitest';
import { readFlags } from '../../../server-lib/wire/read-manifest-entries.ts';

test.each([
  { url: 'http://x.example/', shown: 'http://x.example/' },
  { url: 'HTTPS://x.example', shown: 'https://x.example/' },
  { url: 'shttp://x.example/', shown: undefined },
  { url: 'web+https://x.example/', shown: undefined },
  { url: 'httpss://x.example/', shown: undefined },
])('the link $url is shown as $shown', ({ url, shown }) => {
  const [flag] = readFlags([{ name: 'FLAG_A', variants: ['ON'], url }]).flags;

  expect(flag?.url).toBe(shown);
});

// After about 4,300 calls in one process, URL.canParse() of Node 20.20 returns false for this link.
test('the ten thousandth link with a letter such as "ü" is read like the first', () => {
  const entries = [{ name: 'FLAG_A', variants: ['ON'], url: 'https://bücher.example/ü' }];

  const urls = new Set(Array.from({ length: 10_000 }, () => readFlags(entries).flags[0]?.url));

  expect([...urls]).toEqual(['https://xn--bcher-kva.example/%C3%BC']);
});
