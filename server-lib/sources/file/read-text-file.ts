import type { BigIntStats } from 'node:fs';
import { constants, type FileHandle, open } from 'node:fs/promises';
import type { GatekeeperError } from '../../core/errors.ts';
import { quoted } from '../../core/values.ts';
import { MAX_DOCUMENT_BYTES } from '../../rules/document/read-document.ts';
import { sourceError, tooLargeError } from '../validate-rules.ts';

/** A file's text, and the file's state when it was read. */
export interface TextFile {
  readonly text: string;
  readonly stats: BigIntStats;
}

export interface UnreadableFile {
  readonly error: GatekeeperError;
  /** Whether the file exists but its content cannot be a document. */
  readonly isContent?: boolean;
}

/** Reads a file that may change, disappear or not be a regular file. `what` names it in messages. */
export async function readTextFile(path: string, what: string): Promise<TextFile | UnreadableFile> {
  try {
    // Without O_NONBLOCK, opening a named pipe would block one of the process' four file threads until it is written to.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      return await readHandle(file, `${what} ${quoted(path)}`);
    } finally {
      await file.close();
    }
  } catch (error) {
    return { error: systemError(`${what} ${quoted(path)}`, error) };
  }
}

async function readHandle(file: FileHandle, name: string): Promise<TextFile | UnreadableFile> {
  const stats = await file.stat({ bigint: true });
  if (!stats.isFile()) return { error: sourceError(`${name} is not a file`) };
  if (stats.size > MAX_DOCUMENT_BYTES) return { error: tooLargeError(name, stats.size), isContent: true };
  const bytes = Buffer.allocUnsafe(Number(stats.size));
  const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
  const after = await file.stat({ bigint: true });
  if (bytesRead < bytes.length || after.size !== stats.size || after.mtimeNs !== stats.mtimeNs) {
    return { error: sourceError(`${name} is being written`) };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), stats };
  } catch {
    return { error: sourceError(`${name} is not UTF-8 text`), isContent: true };
  }
}

/** A system error as a short message: "does not exist" for ENOENT. The error itself is the cause. */
function systemError(name: string, error: unknown): GatekeeperError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const why = ERROR_MESSAGES.get(code) ?? `cannot be read (${code})`;
  return sourceError(`${name} ${why}`, error);
}

const ERROR_MESSAGES: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'does not exist'],
  ['EACCES', 'may not be read by this process (EACCES)'],
  ['EPERM', 'may not be read by this process (EPERM)'],
  ['EISDIR', 'is not a file'],
]);
