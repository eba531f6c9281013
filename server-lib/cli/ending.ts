import { EXIT, type ExitCode } from './exit-code.ts';

/** What a program prints at its end. */
export interface LastWords {
  readonly exitCode: ExitCode;
  readonly out: string;
  readonly err: string;
}

/**
 * Has the process end with what `say` gets, and in no other way: a module of flags that leaves a timer running does not
 * hold it up, and one that ends the process is a failure. `unfinished` is said where it ends without having said anything.
 */
export function oneEnding(unfinished: () => LastWords): { say(words: LastWords): void } {
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
