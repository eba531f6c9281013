import { expect, onTestFinished, test, vi } from 'vitest';
import { createProgressLine } from '../../../server-lib/cli/terminal.ts';
import { CLI, commandLine, runCommand } from '../../helpers/processes/command-line.ts';
import { CHECKOUT_RULES } from '../../helpers/rules-documents.ts';

// Select Graphic Rendition: ESC [ number m
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`);

test.each([
  // the terminal                 environment                          is coloured
  ['without NO_COLOR', { TERM: 'xterm' }, true],
  ['with NO_COLOR', { TERM: 'xterm', NO_COLOR: '1' }, false],
  ['with an empty NO_COLOR', { TERM: 'xterm', NO_COLOR: '' }, true],
  ['that is dumb', { TERM: 'dumb' }, false],
])('on a terminal %s, colours are on or off, and the text is the same', async (_, environment, isColoured) => {
  const { folder } = commandLine({ 'rules.json': CHECKOUT_RULES });

  const { code, out } = await onTerminal(folder, ['check', 'rules.json'], environment);

  expect(COLOUR.test(out)).toBe(isColoured);
  expect(out.replaceAll(new RegExp(COLOUR, 'g'), '')).toBe('rules.json: 3 flags, good\r\n');
  expect(code).toBe(0);
});

test('on a terminal --json has no colours', async () => {
  const { folder } = commandLine({ 'rules.json': CHECKOUT_RULES });

  const { out } = await onTerminal(folder, ['check', 'rules.json', '--json'], { TERM: 'xterm' });

  expect(JSON.parse(out)).toMatchObject({ ok: true });
});

test('without a terminal nothing is coloured, even if TERM is set', async () => {
  const prompt = commandLine({ 'rules.json': CHECKOUT_RULES }, { TERM: 'xterm-256color' });

  const { out } = await prompt.run('explain', 'CHECKOUT', '--user', '1', '--attr', 'age=20');
  const { err } = await prompt.run('check', 'gone.json');

  expect(out + err).not.toMatch(COLOUR);
});

test('--json escapes control characters and keeps the values', async () => {
  const name = 'F\u001b[31m\u009b2J\u202e\u2028\r\u{e0001}\u200d';
  const rules = JSON.stringify({ flags: { [name]: { state: 'ENABLED', variants: { [name]: 1 } } } });

  const { out } = await commandLine({ 'rules.json': rules }).run('list', '--json');

  expect(out).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(JSON.parse(out).flags).toMatchObject([{ flag: name, variants: [name] }]);
});

/** Runs the program on a pseudo-terminal: util-linux' `script`. */
function onTerminal(folder: string, args: readonly string[], environment: Readonly<Record<string, string>>) {
  const command = [process.execPath, CLI, ...args].map((arg) => `'${arg}'`).join(' ');
  return runCommand('script', ['--quiet', '--return', '--command', command, '/dev/null'], folder, environment);
}

test.each([
  { isTTY: true, written: '\r\u001b[2Kusers 1 of 3\r\u001b[2Kusers 2 of 3\r\u001b[2Krules 3 of 3\r\u001b[2K' },
  { isTTY: false, written: 'users\nrules\n' },
])('progress is one line that changes on a terminal, elsewhere a line for each step: %o', ({ isTTY, written }) => {
  let text = '';
  const write = (part: string): void => {
    text += part;
  };
  const { show, clear } = createProgressLine({ isTTY, write });

  show('users', '1 of 3');
  show('users', '2 of 3');
  show('rules', '3 of 3');
  clear();

  expect(text).toBe(written);
});

test.each([
  // terminal, seconds since the program began, written
  { isTTY: true, seconds: 0.9, written: '' },
  { isTTY: true, seconds: 1.1, written: '\r\u001b[2Kfiles 1 of 2\r\u001b[2K' },
  { isTTY: false, seconds: 1.1, written: '' },
])('a short command shows progress only on a terminal and after a second: %o', ({ isTTY, seconds, written }) => {
  let text = '';
  const write = (part: string): void => {
    text += part;
  };
  const { showIfSlow, clear } = createProgressLine({ isTTY, write }, () => seconds);

  showIfSlow('files', '1 of 2');
  clear();

  expect(text).toBe(written);
});

test.each([
  // terminal, what is shown in the three seconds of a wait and after it
  {
    isTTY: true,
    written: ['push: running for 1 s', 'push: running for 2 s', 'files 1 of 2', 'push: running for 4 s', ''],
  },
  { isTTY: false, written: ['files\n'] },
])('a command that waits shows its time on a terminal, unless it shows something else: %o', ({ isTTY, written }) => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  let text = '';
  const write = (part: string): void => {
    text += part;
  };
  const start = Date.now();
  const { show, showTime, clear } = createProgressLine({ isTTY, write }, () => (Date.now() - start) / 1_000);

  showTime('push: running for');
  vi.advanceTimersByTime(2_500);
  show('files', '1 of 2');
  vi.advanceTimersByTime(2_000);
  clear();
  vi.advanceTimersByTime(5_000);

  expect(text.split('\r\u001b[2K').slice(isTTY ? 1 : 0)).toEqual(written);
});
