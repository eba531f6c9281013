import os from 'node:os';

/**
 * The name of the account that runs the program, for the log. A container may run under a number that no account has;
 * then the environment's word counts, or the number itself.
 */
export function accountName(
  environment: Readonly<Record<string, string | undefined>>,
  userInfo: () => { readonly username: string } = os.userInfo,
): string {
  try {
    return userInfo().username;
  } catch {
    const { USER, LOGNAME, USERNAME } = environment;
    return USER || LOGNAME || USERNAME || `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
