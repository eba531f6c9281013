import { describe, expect, test } from 'vitest';
import { INITIAL_BROWSING } from '../../../../extension/app/flags/browsing-store.ts';
import type { ManifestResponse } from '../../../../extension/app/session/page-port.ts';
import { propertyTimeout } from '../../../arbitraries/mutations.ts';
import { HOSTILE_MANIFESTS } from '../../../helpers/protocol/hostile-manifests.ts';
import { jsonAnswer } from '../../../helpers/site-manifest.ts';
import { drawnPopup } from './drawn-popup.tsx';
import { documentState, stateAfter } from './states.ts';

const MARKUP = '<img src=x onerror="alert(1)"><script>alert(1)</script>';
const FLAG = { name: 'A', variants: ['ON', 'OFF'] };

// The elements of the popup; any other element would come from the site.
const OURS =
  'main header div span h1 h2 p i b svg path circle rect section fieldset legend label input button footer a details summary ul li dl dt dd kbd meter';

/** The parts of a drawn popup that only the site could have added. */
function foreign(main: HTMLElement): readonly string[] {
  const elements = [...main.querySelectorAll('*')];
  const attributes = elements.flatMap((element) => [...element.attributes].map(({ name }) => name));
  const links = elements
    .filter((element) => element.hasAttribute('href'))
    .map((element) => element.getAttribute('href'));
  return [
    ...elements.map(({ tagName }) => tagName.toLowerCase()).filter((tag) => !OURS.split(' ').includes(tag)),
    ...attributes.filter((name) => /^on|^srcdoc$|^style$|^src$/.test(name)),
    ...links.filter((href) => !/^https?:\/\//.test(href ?? '')).map(String),
    ...(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.exec(main.textContent ?? '') ?? []),
  ];
}

describe('the popup draws only as text', () => {
  test.each(['description', 'owner', 'environment', 'app'])('markup in %s', (field) => {
    const { main } = drawnPopup(
      documentState({ gatekeeper: 1, app: 'Shop', [field]: MARKUP, flags: [{ ...FLAG, [field]: MARKUP }] }),
    );

    expect(main.textContent).toContain(MARKUP);
    expect(foreign(main)).toEqual([]);
  });

  test('markup in tags', () => {
    const { main } = drawnPopup(documentState({ gatekeeper: 1, flags: [{ ...FLAG, tags: [MARKUP, MARKUP, 'b'] }] }));

    expect(main.textContent?.split(MARKUP)).toHaveLength(3);
    expect(foreign(main)).toEqual([]);
  });

  test('markup in values', () => {
    const values = { ON: { [MARKUP]: MARKUP }, OFF: MARKUP };
    const { main } = drawnPopup(documentState({ gatekeeper: 1, flags: [{ ...FLAG, values }] }));

    expect(main.textContent?.split(JSON.stringify(MARKUP))).toHaveLength(4);
    expect(foreign(main)).toEqual([]);
  });

  test.each<[string, ManifestResponse]>([
    ['a media type', { kind: 'response', status: 200, contentType: MARKUP, body: '' }],
    ['a charset', { kind: 'response', status: 200, contentType: `application/json; charset=${MARKUP}`, body: '' }],
    ['a version', jsonAnswer({ gatekeeper: MARKUP })],
  ])('markup in %s', (_, response) => {
    const { main } = drawnPopup(stateAfter(response));

    expect(main.textContent?.toLowerCase()).toContain('<img src=x');
    expect(foreign(main)).toEqual([]);
  });

  test('markup in the cookie', () => {
    const { main } = drawnPopup(documentState({ gatekeeper: 1, flags: [FLAG] }, { A: MARKUP, [MARKUP]: MARKUP }));

    expect(main.textContent?.split(MARKUP).length).toBeGreaterThan(3);
    expect(foreign(main)).toEqual([]);
  });

  test('markup in the search', () => {
    const { main } = drawnPopup(documentState({ gatekeeper: 1, flags: [FLAG] }), {
      ...INITIAL_BROWSING,
      search: MARKUP,
    });

    expect(main.textContent).toContain(MARKUP);
    expect(foreign(main)).toEqual([]);
  });
});

test.each(['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'popup.html', '//evil.example', 'blob:x'])(
  'a URL such as %s is not drawn as a link',
  (url) => {
    const { main } = drawnPopup(documentState({ gatekeeper: 1, flags: [{ ...FLAG, url }] }));

    expect(main.querySelectorAll('a')).toHaveLength(0);
  },
);

test('a link opens in a new tab without opener and referrer', () => {
  const flags = [{ ...FLAG, url: 'https://wiki.example/a?b=c' }];
  const link = drawnPopup(documentState({ gatekeeper: 1, flags })).main.querySelector('a');

  expect(link?.href).toBe('https://wiki.example/a?b=c');
  expect(link?.target).toBe('_blank');
  expect(link?.rel.split(' ').sort()).toEqual(['noopener', 'noreferrer']);
});

test('bidirectional control characters are removed, and cannot affect the surrounding text', () => {
  const text = '\u202eevil\u2066 \u05d0';
  const { main } = drawnPopup(documentState({ gatekeeper: 1, app: text, flags: [{ ...FLAG, description: text }] }));

  const found = [...main.querySelectorAll('*')].filter((element) => element.textContent === '\ufffdevil\ufffd \u05d0');

  expect(found).toHaveLength(2);
  expect(found.map((element) => element.closest('[dir]')?.getAttribute('dir'))).toEqual(['auto', 'auto']);
});

test.each(['description', 'app', 'environment', 'owner'])('a %s of 100,000 characters is cut to 2,000', (field) => {
  const long = 'x'.repeat(100_000);
  const { main } = drawnPopup(documentState({ gatekeeper: 1, [field]: long, flags: [{ ...FLAG, [field]: long }] }));

  expect(main.textContent).toContain('x'.repeat(2_000));
  expect(main.textContent?.length).toBeLessThan(5_000);
});

test('JSON in the shape of a Preact element is not drawn', () => {
  const element = { type: 'script', props: { src: 'https://evil.example' }, constructor: null, __v: 0, key: null };
  const fields = { description: element, owner: element, tags: [element], url: element, current: element };

  const { main } = drawnPopup(
    documentState({ gatekeeper: 1, app: element, environment: element, flags: [{ ...FLAG, ...fields }] }),
  );

  expect(foreign(main)).toEqual([]);
  expect(main.textContent).not.toContain('evil');
});

test('every hostile manifest is drawn with the popup’s own elements only, and without empty notices', {
  timeout: propertyTimeout(),
}, () => {
  for (const { id, text } of HOSTILE_MANIFESTS) {
    const body = { kind: 'response', status: 200, contentType: 'application/json', body: text } as const;
    const popup = drawnPopup(stateAfter(body, { A: 'ON', FLAG_A: 'GONE' }));

    expect([id, ...foreign(popup.main)]).toEqual([id]);
    const notices = [...popup.texts('alert'), ...popup.texts('status')];
    expect([id, ...notices.filter((text) => text.trim() === '' || /undefined|\[object|NaN/.test(text))]).toEqual([id]);
    expect(popup.main.querySelectorAll('[data-flag]').length).toBeLessThanOrEqual(INITIAL_BROWSING.rowLimit);
  }
});
