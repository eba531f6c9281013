import { expect, test } from 'vitest';
import { accountName } from '../../../../server-lib/cli/commands/push.ts';

const NO_ACCOUNT = (): never => {
  throw new Error('ENOENT: no such file or directory, uv_os_get_passwd');
};

test.each([
  // environment                          named
  [{ USER: 'ada', LOGNAME: 'other' }, 'ada'],
  [{ LOGNAME: 'grace' }, 'grace'],
  [{ USER: '', USERNAME: 'edsger' }, 'edsger'],
  [{}, `uid ${process.getuid?.() ?? 'unknown'}`],
])('under a number without an account, with %j, the author is %j', (environment, named) => {
  expect(accountName(environment, NO_ACCOUNT)).toBe(named);
});

test('the account’s own name counts for more than the environment', () => {
  expect(accountName({ USER: 'other' }, () => ({ username: 'ada' }))).toBe('ada');
});
