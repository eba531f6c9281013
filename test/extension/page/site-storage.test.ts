import { afterEach, expect, test, vi } from 'vitest';
import {
  languageOf,
  readLanguage,
  siteMemory,
  sitePresets,
  storeLanguage,
} from '../../../extension/page/site-storage.ts';

const ORIGIN = 'https://shop.example';
const PRESET = { name: 'New checkout', overrides: { CHECKOUT: 'ONE_PAGE' } };

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
  sessionStorage.clear();
});

test('presets stay in the storage of the site, under a key of our own', async () => {
  localStorage.setItem('presets', 'of the site');

  await sitePresets.change(ORIGIN, (presets) => [...presets, PRESET]);

  expect(await sitePresets.read(ORIGIN)).toMatchObject([PRESET]);
  expect(localStorage.getItem('presets')).toBe('of the site');
  expect(localStorage.getItem('gatekeeper:presets')).toContain('New checkout');
});

test.each(['', '{', 'null', '[1]', '{"name":1}'])('what cannot be read counts as no preset: %j', async (stored) => {
  localStorage.setItem('gatekeeper:presets', stored);
  sessionStorage.setItem('gatekeeper:look', stored);

  expect(await sitePresets.read(ORIGIN)).toEqual([]);
  expect(() => siteMemory.read(ORIGIN)).not.toThrow();
});

test('the filter is stored until the tab closes', () => {
  siteMemory.change(ORIGIN, () => ({ filter: 'overridden' }));

  expect(siteMemory.read(ORIGIN)).toEqual({ filter: 'overridden' });
  expect(localStorage).toHaveLength(0);
});

test('the chosen language is stored, and “same as the browser” removes it', () => {
  storeLanguage('zh_CN');
  expect(readLanguage()).toBe('zh_CN');

  storeLanguage(undefined);
  expect(readLanguage()).toBeUndefined();
  expect(localStorage).toHaveLength(0);
});

test.each([
  { tag: 'zh-CN', language: 'zh_CN' },
  { tag: 'de', language: 'de' },
  { tag: 'nl', language: undefined },
  { tag: null, language: undefined },
])('$tag is the language $language', ({ tag, language }) => {
  expect(languageOf(tag)).toBe(language);
});

test('where the browser blocks storage, there are no presets, and saving one is refused', async () => {
  const blocked = {
    get: () => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    },
    configurable: true,
  };
  const [local, session] = ['localStorage', 'sessionStorage'].map(
    (name) => Object.getOwnPropertyDescriptor(globalThis, name) as PropertyDescriptor,
  );
  Object.defineProperties(globalThis, { localStorage: blocked, sessionStorage: blocked });
  try {
    expect(await sitePresets.read(ORIGIN)).toEqual([]);
    expect(readLanguage()).toBeUndefined();
    expect(() => storeLanguage('de')).not.toThrow();
    expect(() => siteMemory.change(ORIGIN, () => ({}))).not.toThrow();
    await expect(sitePresets.change(ORIGIN, () => [PRESET])).rejects.toThrow();
  } finally {
    Object.defineProperties(globalThis, { localStorage: local ?? {}, sessionStorage: session ?? {} });
  }
});
