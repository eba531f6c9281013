const closers = new Set();
let ending;

/** Has something closed before the program ends; returns how to take that back. */
export function closeAtEnd(close) {
  closers.add(close);
  return () => closers.delete(close);
}

/** Closes what is open, then ends the program. */
export function end(code) {
  ending ??= Promise.allSettled([...closers].map((close) => close())).then(() => process.exit(code));
  return ending;
}

/** Ends the program with one line about a problem that the reader can do something about. */
export function giveUp(line) {
  if (!ending) console.error(`gatekeeper: ${line}`); // while ending, what we stopped fails: that is no news
  return end(1);
}

/** Ends the program when it is told to; told twice, it waits for nothing. */
export function endOnSignals() {
  for (const [signal, code] of Object.entries({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 })) {
    process.on(signal, () => (ending ? process.exit(code) : end(code)));
  }
  // npm hands SIGTERM to the shell between us, which dies of it and tells nobody: we notice a new parent.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && end(143), 250).unref();
}
