import { GatekeeperError } from '../core/gatekeeper-error.ts';

/** What a client or a server said, as one clean line: a server's words may hold anything. */
export function redisFailure(key: string, cause: unknown): GatekeeperError {
  const message = `Redis: the key ${JSON.stringify(key)} cannot be read: ${reasonOf(cause)}`;
  return new GatekeeperError('ERR_GK_RULES_SOURCE', message, { cause });
}

/** Why something failed, in the system's or the server's words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code = 'code' in error ? String(error.code) : undefined; // ECONNREFUSED; its message would name each address
  return (code ?? (error.message || error.name)).replace(/\p{C}/gu, '\uFFFD').slice(0, 200);
}
