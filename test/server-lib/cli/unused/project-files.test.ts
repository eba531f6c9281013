import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseGitignore } from '../../../../server-lib/cli/unused/project-files.ts';
import { folderForThisTest } from '../../../helpers/temporary-folder.ts';

const PATTERNS = [
  'a', '/a', 'a/', 'a/b', '/a/b', 'b/', '*.js', '*.log', 'a*', '?', 'a?', '**/b', 'a/**', 'a/**/c', '**/b/c', '*', '!a', '!*.js', '# a',
  '\\#x', '\\!y', '[ab]', '[!a]', '[a-c].js', '[[:digit:]]*', 'a/*', '*/c', 'c ', 'c\\ ', 'a.js', 'x[', '**', 'a**c', '/*', '!/a', '',
]; // biome-ignore format: a list
const PATHS = ['a', 'b', 'c', 'c ', '#x', '!y', 'a.js', 'd.js', 'ax', 'abc', '1x', 'x.log', 'x[', 'ajs'];
const FOLDERS = ['', 'a', 'a/b', 'b', 'a/x/y', 'd'];

test('patterns exclude the same files as in Git', () => {
  const folder = folderForThisTest();
  const files = FOLDERS.flatMap((name) =>
    PATHS.map((file) => path.posix.join('root', name, `f-${file}`).replace('f-', '')),
  );
  const unique = [...new Set(files)].filter((file) => !files.some((other) => other.startsWith(`${file}/`)));
  for (const file of unique) {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), '');
  }
  const git = (args: string[], input?: string) =>
    execFileSync('git', args, { cwd: path.join(folder, 'root'), input, encoding: 'utf8' });
  git(['init', '--quiet']);
  const inRoot = unique.map((file) => file.slice('root/'.length));
  const different: object[] = [];

  for (const lines of pairs(PATTERNS)) {
    writeFileSync(path.join(folder, 'root/.gitignore'), lines.join('\n'));
    const listed = new Set(git(['ls-files', '-z', '--others', '--exclude-standard']).split('\0'));
    const patterns = parseGitignore(lines.join('\n'));
    for (const file of inRoot) {
      const expected = !listed.has(file);
      if (isExcluded(file, patterns) !== expected) different.push({ lines, file, expected });
    }
  }

  expect(different).toEqual([]);
});

/** Each pattern alone, and each with the one after it and with one further on. */
function pairs(patterns: readonly string[]): readonly (readonly string[])[] {
  return patterns.flatMap((one, at) => [
    [one],
    [one, patterns[(at + 1) % patterns.length] as string],
    [one, patterns[(at + 17) % patterns.length] as string],
  ]);
}

/** As the walk does it: a folder that is excluded is not entered. */
function isExcluded(file: string, patterns: ReturnType<typeof parseGitignore>): boolean {
  const parts = file.split('/');
  return parts.some((_, at) => patterns(parts.slice(0, at + 1).join('/'), at < parts.length - 1) === true);
}
