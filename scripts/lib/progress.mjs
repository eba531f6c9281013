const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** Prints one line of progress. */
export function printProgress(line) {
  console.log(`gatekeeper: ${line}`);
}

/** Runs work that takes some time and prints one line before and one after it. */
export async function step(what, work) {
  const start = Date.now();
  printProgress(`${what} …`);
  const result = await work();
  printProgress(`${what}: done in ${seconds(start)}`);
  return result;
}
