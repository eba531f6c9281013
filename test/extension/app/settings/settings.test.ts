import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DEFAULT_SETTINGS,
  parseSettings,
  type Settings,
  serializeSettings,
} from '../../../../extension/app/settings/settings.ts';

test('the defaults are the system’s theme, the reload button, the browser’s language and no manifest paths', () => {
  expect(parseSettings(undefined)).toEqual(DEFAULT_SETTINGS);
  expect(DEFAULT_SETTINGS).toEqual({
    theme: 'system',
    reload: 'button',
    language: undefined,
    manifestPaths: new Map(),
  });
});

test('stored settings are parsed unchanged', () => {
  const settings: Settings = {
    theme: 'dark',
    reload: 'automatic',
    language: 'zh_CN',
    manifestPaths: new Map([['http://localhost:3000', '/flags.json']]),
  };

  expect(parseSettings(structuredClone(serializeSettings(settings)))).toEqual(settings);
});

test('an invalid setting gets its default, and the others are kept', () => {
  const stored = {
    theme: 'sepia',
    reload: 'automatic',
    language: 'tlh',
    manifestPaths: {
      'https://shop.example': '/flags.json',
      'https://shop.example/': '/not-an-origin.json',
      'https://bare.example': 'flags.json',
      'https://away.example': '//other.example/flags.json',
      'https://number.example': 7,
    },
  };

  expect(parseSettings(stored)).toEqual({
    ...DEFAULT_SETTINGS,
    reload: 'automatic',
    manifestPaths: new Map([['https://shop.example', '/flags.json']]),
  });
});

test('the paths are sorted by their sites', () => {
  const manifestPaths = { 'https://b.example': '/b', 'https://a.example': '/a' };

  expect([...parseSettings({ manifestPaths }).manifestPaths.keys()]).toEqual([
    'https://a.example',
    'https://b.example',
  ]);
});

test('inherited properties are not settings', () => {
  const inherited = Object.create({ theme: 'dark', manifestPaths: { 'https://shop.example': '/x' } });

  expect(parseSettings(inherited)).toEqual(DEFAULT_SETTINGS);
});

test('any stored value gives settings that can be stored and parsed again unchanged', () => {
  const stored = fc.oneof(
    fc.anything(),
    fc.record({ theme: fc.anything(), reload: fc.anything(), language: fc.anything(), manifestPaths: fc.anything() }),
  );
  fc.assert(
    fc.property(stored, (anything) => {
      const settings = parseSettings(anything);

      expect(parseSettings(serializeSettings(settings))).toEqual(settings);
    }),
  );
});
