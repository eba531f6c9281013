import { afterEach, expect, test, vi } from 'vitest';
import { createErrorReporter } from '../../../server-lib/core/error-reporter.ts';
import { GatekeeperError } from '../../../server-lib/core/errors.ts';
import { createGatekeeper, type Gate } from '../../../server-lib/index.ts';
import { unhandledRejections } from '../../helpers/unhandled-rejections.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const MISTAKE = new GatekeeperError('ERR_GK_UNKNOWN_FLAG', 'Flag "A": no such flag', { flag: 'A' });

function printed(): string[] {
  const lines: string[] = [];
  vi.spyOn(console, 'warn').mockImplementation((line) => {
    lines.push(line);
  });
  return lines;
}

test('without onError, each error is one line on stderr, once for each code and flag', () => {
  const lines = printed();
  const report = createErrorReporter(undefined);

  report(MISTAKE);
  report(MISTAKE);
  report(new GatekeeperError('ERR_GK_UNKNOWN_FLAG', 'Flag "B": no such flag', { flag: 'B' }));
  report(new GatekeeperError('ERR_GK_DECIDE_THREW', 'Flag A: decide threw', { flag: 'A' }));
  report(new GatekeeperError('ERR_GK_ENVIRONMENT', 'NODE_ENV is not set'));

  expect(lines).toEqual([
    'gatekeeper-flags: ERR_GK_UNKNOWN_FLAG: Flag "A": no such flag',
    'gatekeeper-flags: ERR_GK_UNKNOWN_FLAG: Flag "B": no such flag',
    'gatekeeper-flags: ERR_GK_DECIDE_THREW: Flag A: decide threw',
    'gatekeeper-flags: ERR_GK_ENVIRONMENT: NODE_ENV is not set',
  ]);
});

test('without onError, each error in rules is printed once, even if it concerns no flag', () => {
  const lines = printed();
  const report = createErrorReporter(undefined);
  const notice = (count: number) => new GatekeeperError('ERR_GK_RULES_NOTICE', `${count} flags are not in the code`);

  for (const count of [2, 2, 3, 2]) report(notice(count));

  expect(lines).toEqual([
    'gatekeeper-flags: ERR_GK_RULES_NOTICE: 2 flags are not in the code',
    'gatekeeper-flags: ERR_GK_RULES_NOTICE: 3 flags are not in the code',
  ]);
});

test('two misspelt flags are each printed once for many requests', () => {
  const lines = printed();
  const keeper = createGatekeeper({ flags: { SEARCH: { variants: ['EXACT'], default: 'EXACT' } } });

  for (let request = 0; request < 3; request++) {
    const gate = keeper.gateFor() as unknown as Gate<Record<string, never>>;
    gate.ff('SAERCH', 'EXACT' as never);
    gate.ff('CHEKOUT', 'EXACT' as never);
  }

  expect(lines).toEqual([
    'gatekeeper-flags: ERR_GK_UNKNOWN_FLAG: Flag "SAERCH": there is no such flag, so ff() is always false; did you mean "SEARCH"?',
    'gatekeeper-flags: ERR_GK_UNKNOWN_FLAG: Flag "CHEKOUT": there is no such flag, so ff() is always false',
  ]);
});

test('names that a visitor invents fill neither the log nor the memory', () => {
  const lines = printed();
  const report = createErrorReporter(undefined);

  for (let n = 0; n < 5_000; n++) {
    report(new GatekeeperError('ERR_GK_UNKNOWN_FLAG', 'no such flag', { flag: String(n) }));
  }

  expect(lines).toHaveLength(1_000);
});

test('with onError nothing is printed, and every error is passed on', () => {
  const lines = printed();
  const seen: GatekeeperError[] = [];
  const report = createErrorReporter((error) => seen.push(error));

  report(MISTAKE);
  report(MISTAKE);

  expect(seen).toEqual([MISTAKE, MISTAKE]);
  expect(lines).toEqual([]);
});

test.each([
  {
    does: 'throws',
    onError: () => {
      throw new Error('logger is down');
    },
  },
  {
    does: 'throws null',
    onError: () => {
      throw null;
    },
  },
  { does: 'rejects', onError: () => Promise.reject(new Error('logger is down')) },
  {
    does: 'is async and rejects later',
    onError: async () => {
      await null;
      throw new Error('logger is down');
    },
  },
])('an onError that $does does not fail the request', async ({ onError }) => {
  const rejections = await unhandledRejections(() => {
    expect(() => createErrorReporter(onError)(MISTAKE)).not.toThrow();
  });

  expect(rejections).toEqual([]);
});

test.each([
  // NODE_ENV,    what was thrown,                        what is printed after the message
  ['production', new TypeError('no such method\nat all'), ': TypeError: no such method'],
  ['production', 'no database', ': no database'],
  ['production', null, ': null'],
  ['production', { code: 7 }, ': an object'],
  ['production', new Error('two\u001b[2J \u202Egpj'), ': Error: two\\u001b[2J \\u202egpj'],
  ['production', new Error('x'.repeat(1_000_000)), `: Error: ${'x'.repeat(292)}…`],
])('in %s, an error thrown as %o is printed as one line', (nodeEnv, cause, printedCause) => {
  vi.stubEnv('NODE_ENV', nodeEnv);
  const lines = printed();

  createErrorReporter(undefined)(
    new GatekeeperError('ERR_GK_DECIDE_THREW', 'Flag A: decide threw', { flag: 'A', cause }),
  );

  expect(lines).toEqual([`gatekeeper-flags: ERR_GK_DECIDE_THREW: Flag A: decide threw${printedCause}`]);
});

test('in development, the stack of a thrown value is printed as well', () => {
  vi.stubEnv('NODE_ENV', 'development');
  const lines = printed();
  const cause = new TypeError('no such method');
  cause.stack = 'TypeError: no such method\n    at decide (app\u202E.js:1:2)\n    at ff (gate.js:3:4)';

  createErrorReporter(undefined)(
    new GatekeeperError('ERR_GK_DECIDE_THREW', 'Flag A: decide threw', { flag: 'A', cause }),
  );

  expect(lines).toEqual([
    'gatekeeper-flags: ERR_GK_DECIDE_THREW: Flag A: decide threw: TypeError: no such method\n' +
      '    at decide (app\\u202e.js:1:2)\n    at ff (gate.js:3:4)',
  ]);
});

test('a thrown value that cannot be read is printed as its type', () => {
  const lines = printed();
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();

  createErrorReporter(undefined)(new GatekeeperError('ERR_GK_DECIDE_THREW', 'Flag A: decide threw', { cause: proxy }));

  expect(lines).toEqual(['gatekeeper-flags: ERR_GK_DECIDE_THREW: Flag A: decide threw: an object']);
});
