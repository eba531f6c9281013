import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** Creates a folder outside the repository. `remove` deletes it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'gatekeeper-')));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Creates a folder outside the repository, and deletes it when the test ends. */
export function folderForThisTest(): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  return folder.path;
}
