import { afterEach, expect, test, vi } from 'vitest';
import { applyLastTheme, applyTheme } from '../../../../extension/ui/shared/theme.ts';

const page = document.documentElement;

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
  delete page.dataset.theme;
});

test('the next page applies the last theme before it has loaded the settings', () => {
  applyTheme('dark');
  delete page.dataset.theme;

  applyLastTheme();

  expect(page.dataset.theme).toBe('dark');
});

test.each([null, '', 'sepia', '"><b>'])('the stored value %j is ignored', (stored) => {
  if (stored !== null) localStorage.setItem('theme', stored);

  applyLastTheme();

  expect(page.dataset.theme).toBeUndefined();
});

test('a theme is applied even if the browser blocks storage', () => {
  const refuse = (): never => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  };
  vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse, clear: () => {} });

  applyLastTheme();
  applyTheme('light');

  expect(page.dataset.theme).toBe('light');
});
