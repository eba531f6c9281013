import { expect, test } from 'vitest';
import { accountName } from '../../../../server-lib/cli/commands/push.ts';

const NO_ACCOUNT = (): never => {
  throw new Error('ENOENT: no such file or directory, uv_os_get_passwd');
};

test.each([
  // environment                          author
  [{ USER: 'ada', LOGNAME: 'other' }, 'ada'],
  [{ LOGNAME: 'grace' }, 'grace'],
  [{ USER: '', USERNAME: 'edsger' }, 'edsger'],
  [{}, `uid ${process.getuid?.() ?? 'unknown'}`],
])('for a user id without an account, the author from %j is %j', (environment, author) => {
  expect(accountName(environment, NO_ACCOUNT)).toBe(author);
});

test('the account’s name has precedence over the environment', () => {
  expect(accountName({ USER: 'other' }, () => ({ username: 'ada' }))).toBe('ada');
});
