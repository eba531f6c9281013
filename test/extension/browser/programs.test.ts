import '../../fakes/started-browser.ts';

import { expect, test, vi } from 'vitest';
import { programs } from '../../../extension/browser/programs.ts';

test('the browser and the extension are named as they name themselves', () => {
  vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0 Firefox/153.0' });

  expect(programs()).toEqual({ browser: 'Mozilla/5.0 Firefox/153.0', version: '1.2.3' });
});
