/** How the program ends; scripts rely on these numbers. */
export const EXIT = {
  ok: 0,
  /** The rules, or the flags they are checked against, are not good. */
  refused: 1,
  /** The command was not understood. */
  usage: 2,
  /** A file or Redis cannot be reached, read or written. */
  unreachable: 3,
  /** Somebody else has published in the meantime. */
  rejected: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with a message for whoever typed it. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;
  /** More of it, for `--json`. */
  readonly details: object;

  constructor(exitCode: ExitCode, message: string, details: object = {}) {
    super(message);
    this.exitCode = exitCode;
    this.details = details;
  }
}
