import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readShareLink, shareLink } from '../../../../extension/app/sharing/share-link.ts';

const overrides = fc
  .dictionary(fc.string({ unit: 'binary', maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 12 }), {
    maxKeys: 5,
  })
  .map((record) => new Map(Object.entries(record)));
const address = fc.webUrl({ withQueryParameters: true, withFragments: true });

test('a link is the page’s URL with the cookie’s value as its fragment', () => {
  const link = shareLink('https://shop.example/a?b=c', new Map([['CHECKOUT', 'ONE_PAGE']]));

  expect(link).toBe('https://shop.example/a?b=c#gatekeeper=%7B%22CHECKOUT%22%3A%22ONE_PAGE%22%7D');
});

test.each([
  // URL                            removed part
  ['https://shop.example/#top', 'a fragment of its own'],
  ['https://shop.example/#gatekeeper=%7B%7D', 'an older proposal'],
  ['https://ada:secret@shop.example/', 'a name and a password'],
])('%s is shared without %s', (href) => {
  expect(shareLink(href, new Map())).toBe('https://shop.example/#gatekeeper=%7B%7D');
});

test('a shared link is read back with the same overrides after URL parsing', () => {
  fc.assert(
    fc.property(address, overrides, (href, shared) => {
      const link = new URL(shareLink(href, shared)).href;

      const reading = readShareLink(link);

      expect(reading).toEqual({ kind: 'entries', entries: new Map([...shared].sort()) });
    }),
  );
});

test('sharing never changes the URL that the server receives', () => {
  fc.assert(
    fc.property(address, overrides, (href, shared) => {
      const [own, link] = [new URL(href), new URL(shareLink(href, shared))];

      expect([link.origin, link.pathname, link.search]).toEqual([own.origin, own.pathname, own.search]);
    }),
  );
});

test.each([
  // URL                                                kind
  ['https://shop.example/', 'absent'],
  ['https://shop.example/#', 'absent'],
  ['https://shop.example/#gatekeeper', 'absent'],
  ['https://shop.example/#Gatekeeper={}', 'absent'],
  ['https://shop.example/#x&gatekeeper={}', 'absent'],
  ['https://shop.example/?gatekeeper={}', 'absent'],
  ['https://shop.example/?a#gatekeeper=', 'unreadable'],
  ['https://shop.example/#gatekeeper=[]', 'unreadable'],
  ['https://shop.example/#gatekeeper=%FF', 'unreadable'],
  ['https://shop.example/#gatekeeper=%257B%257D', 'unreadable'],
  [`https://shop.example/#gatekeeper={"A":"${'x'.repeat(4_100)}"}`, 'unreadable'],
  ['https://shop.example/#gatekeeper={}', 'entries'],
  ['https://shop.example/#gatekeeper={%22A%22:%22B%22}', 'entries'],
])('%s is %s', (href, kind) => {
  expect(readShareLink(href).kind).toBe(kind);
});

test('reading never throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(['unreadable', 'entries']).toContain(readShareLink(`https://x.example/#gatekeeper=${text}`).kind);
    }),
  );
});
