import { expect, test, vi } from 'vitest';
import { copyText } from '../../../../extension/ui/shared/copy-and-save.ts';

test('a text that the browser takes is copied', async () => {
  const taken: string[] = [];
  vi.stubGlobal('navigator', { clipboard: { writeText: async (text: string) => void taken.push(text) } });

  expect(await copyText('{"A":"ON"}')).toBe(true);
  expect(taken).toEqual(['{"A":"ON"}']);
});

test.each([
  // browser                                                             clipboard
  ['refuses', { writeText: () => Promise.reject(new Error('not allowed')) }],
  ['has none', undefined],
])('a browser that %s is no reason to fail', async (_, clipboard) => {
  vi.stubGlobal('navigator', { clipboard });

  expect(await copyText('x')).toBe(false);
});
