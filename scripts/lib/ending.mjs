const closers = new Set();
let ending;

/** Calls `close` before the program ends; returns a function that cancels this. */
export function closeAtEnd(close) {
  closers.add(close);
  return () => closers.delete(close);
}

/** Calls all registered `close` functions, then ends the program. */
export function end(code) {
  ending ??= Promise.allSettled([...closers].map((close) => close())).then(() => process.exit(code));
  return ending;
}

/** Ends the program with one line about a problem that the user can fix. */
export function giveUp(line) {
  if (!ending) console.error(`gatekeeper: ${line}`); // while ending, stopped programs fail as expected
  return end(1);
}

/** Ends the program on a signal; on a second signal, at once. */
export function endOnSignals() {
  for (const [signal, code] of Object.entries({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 })) {
    process.on(signal, () => (ending ? process.exit(code) : end(code)));
  }
  // npm sends SIGTERM to the shell between it and this process, and the shell ends without passing it on. A new parent shows it.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && end(143), 250).unref();
}
