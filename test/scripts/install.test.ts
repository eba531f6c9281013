import { expect, test } from 'vitest';
// @ts-expect-error plain JavaScript without types: it runs before anything is installed
import { isInstalled } from '../../scripts/lib/install.mjs';

const WANTED = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/vite': { version: '8.3.8' },
    'node_modules/only-on-macos': { version: '1.0.0', optional: true },
  },
};
const vite = (version: string) => ({ packages: { 'node_modules/vite': { version } } });

test.each([
  // npm's record in node_modules         installed
  [vite('8.3.8'), true],
  [vite('8.3.7'), false],
  [{ packages: {} }, false],
  [undefined, false],
])('with %j in node_modules, isInstalled returns %s', (present, installed) => {
  expect(isInstalled(WANTED, present)).toBe(installed);
});
