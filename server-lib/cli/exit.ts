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

/** What a program prints at its end. */
export interface FinalOutput {
  readonly exitCode: ExitCode;
  readonly out: string;
  readonly err: string;
}

/**
 * Has the process end with what `say` gets, and in no other way: a module of flags that leaves a timer running does not
 * hold it up, and one that ends the process is a failure. `unfinished` is said where it ends without having said anything.
 */
export function exitOnce(unfinished: () => FinalOutput): { say(positionals: FinalOutput): void } {
  let hasEnded = false;
  process.once('exit', () => {
    if (hasEnded) return;
    const { exitCode, out, err } = unfinished();
    process.stdout.write(out);
    process.stderr.write(err);
    process.exitCode = exitCode;
  });
  return {
    say({ exitCode, out, err }) {
      hasEnded = true;
      process.stderr.on('error', () => {});
      process.stdout.on('error', (error: NodeJS.ErrnoException) => {
        // Whoever reads has read enough, as `| head` does.
        if (error.code === 'EPIPE') process.exit(exitCode);
        process.stderr.write(`error The output cannot be written (${error.code})\n`, () =>
          process.exit(EXIT.unreachable),
        );
      });
      process.stderr.write(err, () => process.stdout.write(out, (error) => error ?? process.exit(exitCode)));
    },
  };
}
