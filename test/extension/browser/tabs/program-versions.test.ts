import '../../../fakes/browser/global-browser.ts';
import { expect, test, vi } from 'vitest';
import { programVersions } from '../../../../extension/browser/tabs/extension-pages.ts';

test('the versions are the browser’s user agent string and the extension’s version', () => {
  vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0 Firefox/153.0' });

  expect(programVersions()).toEqual({ browser: 'Mozilla/5.0 Firefox/153.0', version: '1.2.3' });
});
