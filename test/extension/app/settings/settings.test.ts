import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DEFAULT_SETTINGS,
  parseSettings,
  type Settings,
  serializeSettings,
} from '../../../../extension/app/settings/settings.ts';

test('whoever has set nothing has the system’s theme, the button, the browser’s language and the usual paths', () => {
  expect(parseSettings(undefined)).toEqual(DEFAULT_SETTINGS);
  expect(DEFAULT_SETTINGS).toEqual({
    theme: 'system',
    reload: 'button',
    language: undefined,
    manifestPaths: new Map(),
  });
});

test('what is stored is read as it was set', () => {
  const settings: Settings = {
    theme: 'dark',
    reload: 'automatic',
    language: 'zh_CN',
    manifestPaths: new Map([['http://localhost:3000', '/flags.json']]),
  };

  expect(parseSettings(structuredClone(serializeSettings(settings)))).toEqual(settings);
});

test('each setting that cannot be read is as if it had never been set, and the others hold', () => {
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

test('the paths stand in the order of their sites', () => {
  const manifestPaths = { 'https://b.example': '/b', 'https://a.example': '/a' };

  expect([...parseSettings({ manifestPaths }).manifestPaths.keys()]).toEqual([
    'https://a.example',
    'https://b.example',
  ]);
});

test('what others put on every object’s prototype is no setting', () => {
  const inherited = Object.create({ theme: 'dark', manifestPaths: { 'https://shop.example': '/x' } });

  expect(parseSettings(inherited)).toEqual(DEFAULT_SETTINGS);
});

test('whatever is stored, there are settings, and they are stored and read again as themselves', () => {
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
