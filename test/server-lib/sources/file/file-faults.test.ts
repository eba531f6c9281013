import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { RulesSource } from '../../../../server-lib/rules/rules-source.ts';
import { createFileFetcher, fileSource } from '../../../../server-lib/sources/file/file-source.ts';
import { LastGoodDocument } from '../../../../server-lib/sources/last-good-document.ts';
import { readRules } from '../../../../server-lib/sources/validate-rules.ts';
import { rulesText } from '../../../helpers/rules-documents.ts';
import { folderForThisTest } from '../../../helpers/temporary-folder.ts';

const IN_TIME = { timeout: 5_000, interval: 5 };

test('a file that is replaced by a rename is read again, even with the same length and the same times', async () => {
  const { file, source } = await sourceWithRed();

  for (const colour of ['blue', 'pink', 'cyan']) {
    writeFileSync(`${file}.new`, rulesText(colour));
    utimesSync(`${file}.new`, 1, 1);
    renameSync(`${file}.new`, file);
    await expectDocument(source, rulesText(colour));
  }
});

test('two changes of the same length within the time resolution of the file system are both noticed', async () => {
  const { file, source } = await sourceWithRed();

  writeFileSync(file, rulesText('blue'));
  await expectDocument(source, rulesText('blue'));
  writeFileSync(file, rulesText('pink'));

  await expectDocument(source, rulesText('pink'));
});

test('a swapped symbolic link to the folder, as in Kubernetes, is a change', async () => {
  const folder = folderForThisTest();
  const put = (version: string, colour: string): void => {
    mkdirSync(path.join(folder, version));
    writeFileSync(path.join(folder, version, 'rules.json'), rulesText(colour));
    symlinkSync(version, path.join(folder, '..data_tmp'));
    renameSync(path.join(folder, '..data_tmp'), path.join(folder, '..data'));
  };
  put('..2026_01', 'red');
  symlinkSync('..data/rules.json', path.join(folder, 'rules.json'));
  const source = openSource(path.join(folder, 'rules.json'));
  await expectDocument(source, rulesText('red'));

  put('..2026_02', 'green');
  rmSync(path.join(folder, '..2026_01'), { recursive: true });
  await expectDocument(source, rulesText('green'));
  put('..2026_03', 'blue');

  await expectDocument(source, rulesText('blue'));
});

test.each([
  // what replaces the file  how                                                message
  ['a folder', (file: string) => mkdirSync(file), 'is not a file'],
  ['a named pipe', (file: string) => void execFileSync('mkfifo', [file]), 'is not a file'],
  ['a link to itself', (file: string) => symlinkSync(file, file), 'cannot be read (ELOOP)'],
  ['a link to nowhere', (file: string) => symlinkSync(`${file}.gone`, file), 'does not exist'],
  ['a hundred megabytes', (file: string) => sparse(file, 100e6), 'must have at most 16777216 bytes; it has 100000000'],
  ['text in Latin-1', (file: string) => writeFileSync(file, Buffer.from('{"é":1}', 'latin1')), 'is not UTF-8 text'],
])(
  'if the file is replaced by %s, the last good document stays, and the next good one is used',
  async (_, spoil, message) => {
    const { file, source } = await sourceWithRed();

    rmSync(file);
    spoil(file);
    await vi.waitFor(() => expect(source.health().lastError).toContain(message), IN_TIME);
    const kept = source.current()?.document;
    rmSync(file, { recursive: true });
    writeFileSync(file, rulesText('green'));
    await expectDocument(source, rulesText('green'));

    expect(kept).toBe(rulesText('red'));
  },
);

test.skipIf(process.platform === 'win32')(
  'if the process may not read the file, the last good document stays in force',
  async () => {
    const { file, source } = await sourceWithRed();

    await asNobody(async () => {
      chmodSync(file, 0o000);
      await vi.waitFor(() => expect(source.health().lastError).toContain('may not be read by this process'), IN_TIME);
      expect(source.current()?.document).toBe(rulesText('red'));
      chmodSync(file, 0o600);
      await vi.waitFor(() => expect(source.health()).not.toHaveProperty('lastError'), IN_TIME);
    }, file);
  },
);

test('a byte order mark at the beginning of the file is ignored', async () => {
  const { file, source } = await sourceWithRed();

  writeFileSync(file, `\uFEFF${rulesText('green')}`);

  await expectDocument(source, rulesText('green'));
});

test('none of five hundred invalid contents of the file replaces the last good document', async () => {
  const file = path.join(folderForThisTest(), 'rules.json');
  const [fetchFile, lastGood] = [createFileFetcher(file), new LastGoodDocument(readRules)];
  const writeAndFetch = async (content: string | Uint8Array) => {
    writeFileSync(file, content);
    const result = await fetchFile();
    return result !== 'unchanged' && 'text' in result ? lastGood.update(result.text) : result;
  };
  await writeAndFetch(rulesText('red'));
  const good = lastGood.current();
  const text = rulesText('green');
  const until = fc.nat(text.length - 3);
  const invalid = fc.oneof(
    until.map((end) => text.slice(0, end)), // cut short
    until.map((end) => `${text}${text.slice(0, end + 1)}`), // the end of something longer
    until.map((at) => `${text.slice(0, at)}\0${text.slice(at + 1)}`), // a block that was not written
    fc.uint8Array({ maxLength: 300 }),
  );

  for (const content of fc.sample(invalid, 500)) {
    expect(await writeAndFetch(content), String(content)).toBeDefined();
    expect(lastGood.current(), String(content)).toBe(good);
  }

  expect(await writeAndFetch(text)).toBeUndefined();
  expect(lastGood.current()?.document).toBe(text);
});

/** A source that has the red document. */
async function sourceWithRed() {
  const file = path.join(folderForThisTest(), 'rules.json');
  writeFileSync(file, rulesText('red'));
  const source = openSource(file);
  await source.ready;
  return { file, source };
}

function openSource(file: string): RulesSource {
  const source = fileSource(file, { pollInterval: 20 });
  onTestFinished(() => source.close());
  return source;
}

function sparse(file: string, bytes: number): void {
  writeFileSync(file, '');
  truncateSync(file, bytes);
}

const expectDocument = (source: RulesSource, text: string): Promise<void> =>
  vi.waitFor(() => expect(source.current()?.document).toBe(text), IN_TIME);

/** Runs as an unprivileged user: root may read every file. */
async function asNobody(run: () => Promise<void>, file: string): Promise<void> {
  if (process.geteuid?.() !== 0) return run();
  for (const owned of [path.dirname(file), file]) chownSync(owned, NOBODY, NOBODY);
  process.seteuid?.(NOBODY);
  try {
    await run();
  } finally {
    process.seteuid?.(0);
  }
}

const NOBODY = 65_534;
