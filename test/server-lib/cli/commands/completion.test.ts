import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { commandLine } from '../../../helpers/processes/command-line.ts';

async function scriptFor(shell: string): Promise<{ readonly folder: string; readonly script: string }> {
  const { folder, run } = commandLine({ 'rules.json': '{}' });
  const { code, out } = await run('completion', shell);
  expect(code).toBe(0);
  const script = path.join(folder, `script.${shell}`);
  writeFileSync(script, out);
  return { folder, script };
}

/** Runs a shell's own program; a test of a shell that is not installed is skipped. */
function hasShell(name: string): boolean {
  return spawnSync(name, ['--version']).status === 0;
}

const COMMANDS = [
  'check',
  'push',
  'log',
  'rollback',
  'explain',
  'list',
  'impact',
  'unused',
  'conform',
  'extension',
  'browse',
  'completion',
];

test.each([
  // words on the command line                     what Bash offers
  [[''], [...COMMANDS, 'help', '--help', '--version']],
  [['ch'], ['check']],
  [['help', 'im'], ['impact']],
  [
    ['check', '--a'],
    ['--allow-warnings', '--at'],
  ],
  [
    ['unused', '--flags', 'flags.js', '--'],
    ['--flags', '--format', '--json', '--help'],
  ],
  [['unused', '--format', ''], ['github']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [['check', 'ru'], []], // files, which Bash itself completes
  [['frob', '--'], []],
])('Bash completes %j', async (words, expected) => {
  const { script } = await scriptFor('bash');
  const line = ['gatekeeper-flags', ...words].map((word) => `'${word}'`).join(' ');
  const program = `set -u; source '${script}'; COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _gatekeeper_flags; printf '%s\\n' "\${COMPREPLY[@]+"\${COMPREPLY[@]}"}"`;

  const out = execFileSync('bash', ['--norc', '-c', program], { encoding: 'utf8' });

  expect(out.split('\n').filter((word) => word !== '')).toEqual(expected);
});

test.runIf(hasShell('zsh'))('zsh gets the commands, and the options of each', async () => {
  const { script } = await scriptFor('zsh');
  const zsh = (words: readonly string[]): string => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: of zsh
    const stubs = 'compdef() { : }; _describe() { print -l -- "${(P@)2}" }; _arguments() { print -l -- "$@" }';
    const program = `${stubs}; source '${script}'; words=(gatekeeper-flags ${words.join(' ')} ''); CURRENT=$#words; _gatekeeper-flags`;
    return execFileSync('zsh', ['-f', '-c', program], { encoding: 'utf8' });
  };

  expect(zsh([]).match(/^[a-z]+(?=:)/gm)).toEqual([...COMMANDS, 'help']);
  expect(zsh(['unused']).trimEnd().split('\n')).toEqual([
    '--flags[the module that exports `flags`; required]:flags:_files',
    '--format[prints annotations for GitHub Actions]:format:(github)',
    '--json[prints the result as one JSON document]',
    '--help[shows the help]',
    '1:folder:_files -/',
  ]);
  for (const name of COMMANDS) expect(zsh([name])).toContain('--help[');
});

test.runIf(hasShell('fish'))('fish completes commands, options, values and files', async () => {
  const { folder, script } = await scriptFor('fish');
  mkdirSync(path.join(folder, 'home'));
  const fish = (line: string): readonly string[] => {
    const options = {
      encoding: 'utf8',
      cwd: folder,
      env: { ...process.env, HOME: path.join(folder, 'home') },
    } as const;
    const out = execFileSync(
      'fish',
      ['--no-config', '-c', `source '${script}'; complete -C 'gatekeeper-flags ${line}'`],
      options,
    );
    return out
      .split('\n')
      .map((offer) => offer.split('\t')[0] as string)
      .filter((word) => word !== '');
  };

  expect(fish('').toSorted()).toEqual([...COMMANDS, 'help'].toSorted());
  expect(fish('ch')).toEqual(['check']);
  expect(fish('unused --f')).toEqual(['--flags', '--format']);
  expect(fish('unused --format ')).toEqual(['github']);
  expect(fish('completion ')).toEqual(['bash', 'fish', 'zsh']);
  expect(fish('check ru')).toEqual(['rules.json']);
});

test('with --json the script is a field, and an unknown shell is refused', async () => {
  const prompt = commandLine();

  const [json, unknown] = [await prompt.run('completion', 'bash', '--json'), await prompt.run('completion', 'tcsh')];

  expect(JSON.parse(json.out)).toMatchObject({
    ok: true,
    shell: 'bash',
    script: expect.stringMatching(/^# Completes/),
  });
  expect(unknown).toEqual({
    code: 2,
    out: '',
    err: 'error the shell must be bash, zsh or fish; got "tcsh"; see gatekeeper-flags completion --help\n',
  });
});
