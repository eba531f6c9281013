import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ready } from '../../../../extension/app/session/session-state.ts';
import { phoneLink, readShareLink, shareLink } from '../../../../extension/app/sharing/share-link.ts';

import { documentState } from '../../ui/popup/states.ts';

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

describe('a link for a phone', () => {
  /** A site with an override page, in a tab of `origin`. */
  function site(
    page: unknown,
    choices: Readonly<Record<string, unknown>> = {},
    origin = 'http://192.168.1.7:3000',
  ): Ready {
    return { ...documentState({ gatekeeper: 1, flags: [], page }, choices), origin };
  }
  /** Choices whose link has `length` characters. */
  function choicesOf(length: number): Readonly<Record<string, string>> {
    const rest = shareLink('http://192.168.1.7:3000/gatekeeper', new Map([['A', '']])).length;
    return { A: 'x'.repeat(length - rest) };
  }

  test('is the override page’s address, without a proposal if nothing is chosen', () => {
    const address = 'http://192.168.1.7:3000/tools/gatekeeper';

    expect(phoneLink(site('/tools/gatekeeper'))).toEqual({ kind: 'link', link: address, code: address });
  });

  test('proposes the present choices and the simulated context, and none that is not a variant', () => {
    const choices = { SEARCH: 'FUZZY', '@country': 'NL', CHECKOUT: 7 };

    const phone = phoneLink(site('/gatekeeper', choices, 'https://shop.example'));

    const link = shareLink(
      'https://shop.example/gatekeeper',
      new Map([
        ['SEARCH', 'FUZZY'],
        ['@country', 'NL'],
      ]),
    );
    expect(phone).toEqual({ kind: 'link', link, code: link });
  });

  test.each([
    // characters  in the code
    [644, 'all choices'],
    [645, 'the address alone'],
  ])('with %i characters, the code has %s', (length, content) => {
    const phone = phoneLink(site('/gatekeeper', choicesOf(length)));

    const { link = '', code } = phone?.kind === 'link' ? phone : {};
    expect(link).toHaveLength(length);
    expect(code).toBe(content === 'all choices' ? link : 'http://192.168.1.7:3000/gatekeeper');
  });

  test.each([undefined, '//evil.example', 'https://evil.example/', `/${'x'.repeat(644)}`])(
    'there is none for the page %.30s',
    (page) => {
      expect(phoneLink(site(page, { SEARCH: 'FUZZY' }))).toBeUndefined();
    },
  );

  test('there is none on localhost, because a phone would ask itself', () => {
    expect(phoneLink(site('/gatekeeper', {}, 'http://shop.localhost:3000'))).toEqual({
      kind: 'loopback',
      hostname: 'shop.localhost',
    });
  });

  test('leads to the tab’s own origin, and is read back with the same choices', () => {
    const path = fc.webPath().map((one) => `/flags${one}`);
    fc.assert(
      fc.property(path, overrides, (page, chosen) => {
        const phone = phoneLink(site(page, Object.fromEntries(chosen)));

        const { link = '', code = '' } = phone?.kind === 'link' ? phone : {};
        expect(new URL(link).origin).toBe('http://192.168.1.7:3000');
        expect([link, link.replace(/#.*/, '')]).toContain(code);
        const reading = readShareLink(link);
        expect(reading.kind === 'entries' ? reading.entries : new Map()).toEqual(new Map([...chosen].sort()));
      }),
    );
  });
});
