import { expect, test, vi } from 'vitest';
import { copyText } from '../../../../extension/ui/shared/copy-and-save.ts';

test('a string is written to the clipboard', async () => {
  const written: string[] = [];
  vi.stubGlobal('navigator', { clipboard: { writeText: async (text: string) => void written.push(text) } });

  expect(await copyText('{"A":"ON"}')).toBe(true);
  expect(written).toEqual(['{"A":"ON"}']);
});

test.each([
  // the clipboard                                                     navigator.clipboard
  ['rejects', { writeText: () => Promise.reject(new Error('not allowed')) }],
  ['is missing', undefined],
])('copying returns false if the clipboard %s', async (_, clipboard) => {
  vi.stubGlobal('navigator', { clipboard });

  expect(await copyText('x')).toBe(false);
});
