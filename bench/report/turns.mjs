/**
 * Runs `work` for each of `subjects` in each round, and lets another one begin each time: what the machine does
 * meanwhile strikes all of them. Gives back, by subject, what the rounds gave.
 */
export async function inTurns(subjects, rounds, work) {
  const found = new Map(subjects.map((subject) => [subject, []]));
  for (let round = 0; round < rounds; round++) {
    const first = round % subjects.length;
    for (const subject of [...subjects.slice(first), ...subjects.slice(0, first)]) {
      found.get(subject).push(await work(subject));
    }
  }
  return found;
}
