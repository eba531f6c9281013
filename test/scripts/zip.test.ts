import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { expect, onTestFinished, test, vi } from 'vitest';
// @ts-expect-error plain JavaScript without types: it runs before anything is installed
import { zipFolder } from '../../scripts/lib/zip.mjs';
import { folderForThisTest } from '../helpers/temporary-folder.ts';

test('the zip does not depend on the times of the files or on the order in which they were written', () => {
  const [first, second] = [folderWith(['popup.html', 'icons/16.png']), folderWith(['icons/16.png', 'popup.html'])];
  utimesSync(path.join(second, 'popup.html'), 1, 1);

  const zip = zipFolder(first);
  onTestFinished(() => void vi.useRealTimers());
  vi.setSystemTime('2030-01-01');

  expect(zip).toEqual(zipFolder(second));
  expect(Object.keys(unzipSync(zip))).toEqual(['icons/16.png', 'popup.html']);
});

function folderWith(files: readonly string[]): string {
  const folder = folderForThisTest();
  for (const file of files) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), file);
  }
  return folder;
}
