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
