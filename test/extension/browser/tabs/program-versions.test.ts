import '../../../fakes/browser/global-browser.ts';
import { expect, test, vi } from 'vitest';
import { programVersions } from '../../../../extension/browser/tabs/extension-pages.ts';
import { installFakeBrowser } from '../../../fakes/browser/global-browser.ts';

test('the versions are the browser’s user agent string and the extension’s version', () => {
  installFakeBrowser();
  vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0 Firefox/153.0' });

  expect(programVersions()).toEqual({ browser: 'Mozilla/5.0 Firefox/153.0', version: '1.2.3' });
});
