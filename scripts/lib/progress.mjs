const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** One line about what is going on. */
export function say(line) {
  console.log(`gatekeeper: ${line}`);
}

/** Runs work that takes a while: one line before it, one after it, so that silence never looks like a hang. */
export async function step(what, work) {
  const start = Date.now();
  say(`${what} …`);
  const result = await work();
  say(`${what}: done in ${seconds(start)}`);
  return result;
}
