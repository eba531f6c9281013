import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { commandLine } from '../../../helpers/processes/command-line.ts';
import { ROOT } from '../../../helpers/repository/source-tree.ts';

test.each([
  // build            options         names the place to load it
  ['chrome', [], 'chrome://extensions'],
  ['chrome-devtools', ['--devtools'], 'chrome://extensions'],
  ['firefox', ['--firefox'], 'about:debugging#/runtime/this-firefox'],
])('extension unpacks the build for %s with %j, and says how to load it', async (build, options, place) => {
  const { folder, run } = commandLine();

  const { code, out } = await run('extension', 'here', ...options);

  expect(code, out).toBe(0);
  expect(filesIn(path.join(folder, 'here'))).toEqual(filesIn(path.join(ROOT, 'dist', build)));
  expect(out).toContain(place);
  expect(out).toContain(path.join(folder, 'here'));
});

test('extension replaces the version that a folder holds, and nothing else', async () => {
  const { folder, run } = commandLine({ 'mine/notes.txt': 'not to be lost' });
  await run('extension');
  const old = path.join(folder, 'gatekeeper-extension/old.js');
  writeFileSync(old, '');

  const again = await run('extension');
  const other = await run('extension', 'mine');

  expect(again.code).toBe(0);
  expect(existsSync(old)).toBe(false);
  expect(other).toMatchObject({ code: 2, out: '' });
  expect(other.err).toContain('holds something else; name an empty folder');
  expect(readFileSync(path.join(folder, 'mine/notes.txt'), 'utf8')).toBe('not to be lost');
});

test('extension says for programs where it is', async () => {
  const { folder, run } = commandLine();

  const { out } = await run('extension', 'here', '--firefox', '--json');

  const here = path.join(folder, 'here');
  expect(JSON.parse(out)).toEqual({
    ok: true,
    build: 'firefox',
    folder: here,
    manifest: path.join(here, 'manifest.json'),
  });
});

const NOWHERE = { PATH: '', CHROMIUM: '', FIREFOX: '' };

test.each([
  // typed                                   environment                         says
  [
    ['localhost:3000'],
    {},
    2,
    'Expected an http or https address, got "localhost:3000"; write it in full: http://localhost:3000',
  ],
  [['ftp://example.com'], {}, 2, 'Expected an http or https address, got "ftp://example.com"'],
  [['http://'], {}, 2, 'Expected an http or https address, got "http://"'],
  [['http://localhost:1'], {}, 3, 'Nothing listens at http://localhost:1; start your server first'],
  [['http://[::1]:1/a'], {}, 3, 'Nothing listens at http://[::1]:1; start your server first'],
  [['http://example.com'], NOWHERE, 3, 'No Chromium, Chrome, Edge or Firefox is installed where it usually is'],
  [['http://example.com', '--firefox'], NOWHERE, 3, 'No Firefox is installed where it usually is'],
  [['http://example.com'], { CHROMIUM: '/bin/false', DISPLAY: ':1' }, 3, '/bin/false did not open: it ended with 1'],
  [['http://example.com'], { CHROMIUM: '/nowhere', DISPLAY: ':1' }, 3, '/nowhere did not open: spawn /nowhere ENOENT'],
])('browse %j with %j ends with %d and says why', async (words, environment, code, says) => {
  const ended = await commandLine({}, environment).run('browse', ...words);

  expect(ended).toMatchObject({ code, out: '' });
  expect(ended.err).toContain(says);
});

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}
