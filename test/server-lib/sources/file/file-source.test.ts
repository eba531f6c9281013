import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileSource } from '../../../../server-lib/sources/file/file-source.ts';
import { rulesSourceContract } from '../../../contracts/rules-source.ts';
import { folderForThisTest } from '../../../helpers/temporary-folder.ts';

describe('a file', () => {
  rulesSourceContract(async () => {
    const file = path.join(folderForThisTest(), 'rules.json');
    return {
      open: () => fileSource(file, { pollInterval: 20 }),
      put: async (text) => {
        writeFileSync(`${file}.new`, text);
        renameSync(`${file}.new`, file); // atomically, because a half-written file would be a failure
      },
      remove: async () => rmSync(file),
    };
  });
});

test.each([
  {
    file: 'rules.json',
    options: { polInterval: 20 },
    message: 'fileSource: there is no option "polInterval"; did you mean "pollInterval"?',
  },
  { file: 'rules.json', options: 20, message: 'fileSource: options must be an object; got "20"' },
  { file: undefined, options: {}, message: 'fileSource: the file must be a path or a file: URL; got "undefined"' },
  {
    file: { path: 'rules.json' },
    options: {},
    message: 'fileSource: the file must be a path or a file: URL; got "[object Object]"',
  },
])('$message', ({ file, options, message }) => {
  expect(() => fileSource(file as never, options as never)).toThrow(
    expect.objectContaining({ code: 'ERR_GK_OPTIONS', message }),
  );
});
