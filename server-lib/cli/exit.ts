/** The exit codes; scripts rely on these numbers. */
export const EXIT = {
  ok: 0,
  /** There are mistakes in the rules, in the flags that they are checked against, or in the back end. */
  refused: 1,
  /** The command line is invalid. */
  usage: 2,
  /** A file, a store or a back end cannot be reached, read or written. */
  unreachable: 3,
  /** Another user has published in the meantime. */
  rejected: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with an exit code and a message for the user. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;
  /** More fields for `--json`. */
  readonly details: object;

  constructor(exitCode: ExitCode, message: string, details: object = {}) {
    super(message);
    this.exitCode = exitCode;
    this.details = details;
  }
}

/** What the program prints when it exits. */
export interface FinalOutput {
  readonly exitCode: ExitCode;
  readonly out: string;
  readonly err: string;
}

/**
 * Returns `print`, which prints its argument and exits, so that a flags module that leaves a timer running does not keep the
 * process alive. If the process exits before that, prints the result of `unfinished`.
 */
export function exitOnce(unfinished: () => FinalOutput): { print(output: FinalOutput): void } {
  let hasPrinted = false;
  process.once('exit', () => {
    if (hasPrinted) return;
    const { exitCode, out, err } = unfinished();
    process.stdout.write(out);
    process.stderr.write(err);
    process.exitCode = exitCode;
  });
  return {
    print({ exitCode, out, err }) {
      hasPrinted = true;
      process.stderr.on('error', () => {});
      process.stdout.on('error', (error: NodeJS.ErrnoException) => {
        // The reader has closed the pipe, as `| head` does.
        if (error.code === 'EPIPE') process.exit(exitCode);
        process.stderr.write(`error The output cannot be written (${error.code})\n`, () =>
          process.exit(EXIT.unreachable),
        );
      });
      process.stderr.write(err, () => process.stdout.write(out, (error) => error ?? process.exit(exitCode)));
    },
  };
}
