import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe } from 'vitest';
import { fileSource } from '../../../server-lib/sources/file-source.ts';
import { everySource } from '../../contracts/rules-source.ts';
import { folderForThisTest } from '../../support/temporary-folder.ts';

describe('a file', () => {
  everySource(async () => {
    const file = path.join(folderForThisTest(), 'rules.json');
    return {
      open: () => fileSource(file, { pollInterval: 20 }),
      put: async (text) => {
        writeFileSync(`${file}.new`, text);
        renameSync(`${file}.new`, file); // in one step: half a file would be a failure of its own
      },
      remove: async () => rmSync(file),
    };
  });
});
