import { afterEach, expect, test, vi } from 'vitest';
import { applyLastTheme, applyTheme } from '../../../../extension/ui/shared/theme.ts';

const page = document.documentElement;

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
  delete page.dataset.theme;
});

test('the next page wears the theme of the last before it knows any settings', () => {
  applyTheme('dark');
  delete page.dataset.theme;

  applyLastTheme();

  expect(page.dataset.theme).toBe('dark');
});

test.each([null, '', 'sepia', '"><b>'])('%j, if remembered, is no theme', (remembered) => {
  if (remembered !== null) localStorage.setItem('theme', remembered);

  applyLastTheme();

  expect(page.dataset.theme).toBeUndefined();
});

test('where the browser keeps nothing for the extension, a theme is worn all the same', () => {
  const refuse = (): never => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  };
  vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse, clear: () => {} });

  applyLastTheme();
  applyTheme('light');

  expect(page.dataset.theme).toBe('light');
});
