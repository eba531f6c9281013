import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { commandLine } from '../../../helpers/processes/command-line.ts';
import { ROOT } from '../../../helpers/repository/source-tree.ts';

test.each([
  // build            options         the page that loads it
  ['chrome', [], 'chrome://extensions'],
  ['chrome-devtools', ['--devtools'], 'chrome://extensions'],
  ['firefox', ['--firefox'], 'about:debugging#/runtime/this-firefox'],
])('extension unpacks the build for %s with %j, and shows how to load it', async (build, options, page) => {
  const { folder, run } = commandLine();

  const { code, out } = await run('extension', 'here', ...options);

  expect(code, out).toBe(0);
  expect(filesIn(path.join(folder, 'here'))).toEqual(filesIn(path.join(ROOT, 'dist', build)));
  expect(out).toContain(page);
  expect(out).toContain(path.join(folder, 'here'));
});

test('extension replaces an earlier version in the folder, but no other files', async () => {
  const { folder, run } = commandLine({ 'mine/notes.txt': 'not to be lost' });
  await run('extension');
  const old = path.join(folder, 'gatekeeper-extension/old.js');
  writeFileSync(old, '');

  const again = await run('extension');
  const other = await run('extension', 'mine');

  expect(again.code).toBe(0);
  expect(existsSync(old)).toBe(false);
  expect(other).toMatchObject({ code: 2, out: '' });
  expect(other.err).toContain('The folder must be empty or have the extension in it; ');
  expect(readFileSync(path.join(folder, 'mine/notes.txt'), 'utf8')).toBe('not to be lost');
});

test('extension --json prints the path of the folder', async () => {
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
  // arguments                               environment                         message
  [
    ['localhost:3000'],
    {},
    2,
    '<url> must be a full http or https address, such as http://localhost:3000; got "localhost:3000"',
  ],
  [['ftp://example.com'], {}, 2, 'such as http://localhost:3000; got "ftp://example.com"'],
  [['http://'], {}, 2, 'such as http://localhost:3000; got "http://"'],
  [['http://localhost:1'], {}, 3, 'Nothing listens at http://localhost:1; start your server first'],
  [['http://[::1]:1/a'], {}, 3, 'Nothing listens at http://[::1]:1; start your server first'],
  [['http://example.com'], NOWHERE, 3, 'Chromium, Chrome, Edge or Firefox was not found in the usual folders'],
  [['http://example.com', '--firefox'], NOWHERE, 3, 'Firefox was not found in the usual folders; install it, or set'],
  [['http://example.com'], { CHROMIUM: '/bin/false', DISPLAY: ':1' }, 3, '/bin/false did not open: it exited with 1'],
  [['http://example.com'], { CHROMIUM: '/nowhere', DISPLAY: ':1' }, 3, '/nowhere did not open: spawn /nowhere ENOENT'],
])('browse %j with %j exits with %d and the error', async (args, environment, code, message) => {
  const ended = await commandLine({}, environment).run('browse', ...args);

  expect(ended).toMatchObject({ code, out: '' });
  expect(ended.err).toContain(message);
});

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}
