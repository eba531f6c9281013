/**
 * Runs `work` for each of `subjects` in each round, starting with another one each time, so that other work of the machine
 * affects all of them. Returns the results of all rounds by subject.
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
