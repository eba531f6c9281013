import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A new folder outside the repository, removed by the returned function. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'gatekeeper-')));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A new folder outside the repository, for as long as the running test. */
export function folderForThisTest(): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  return folder.path;
}
