import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { BUILDS } from '../../extension/manifest.ts';
// @ts-expect-error plain JavaScript without types: it runs before anything is installed
import { sourceArchive, zipFolder } from '../../scripts/lib/zip.mjs';
import { runNode } from '../helpers/processes/process.ts';
import { ROOT } from '../helpers/repository/source-tree.ts';
import { folderForThisTest } from '../helpers/temporary-folder.ts';

test('a build from the source archive is byte for byte equal to ours', async () => {
  const folder = folderForThisTest();
  const files: Readonly<Record<string, Uint8Array>> = unzipSync(await sourceArchive());
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), bytes);
  }
  // The packages of the lock file, as `npm ci` would install them.
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));

  const { code, output } = await runNode(['scripts/release/build-extension.mjs'], { cwd: folder });

  expect(code, output).toBe(0);
  const same = BUILDS.map((build) => {
    const [theirs, ours] = [folder, ROOT].map((root) => Buffer.from(zipFolder(path.join(root, 'dist', build))));
    return `${build}: ${ours !== undefined && theirs?.equals(ours)}`;
  });
  expect(same).toEqual(BUILDS.map((build) => `${build}: true`));
  expect(Object.keys(files)).toContain('docs/store/build-instructions.md');
  expect(Object.keys(files).filter((name) => /^(node_modules|dist|\.git)\//.test(name))).toEqual([]);
});
