// One library, one kind of decision and one number of flags in its own process, so that no other library affects its compiled
// code or its heap. Replies to each message with one measurement.

import { measure } from 'mitata';
import { flagsOf, questionsOn } from './work.mjs';

const [id, kind, size] = process.argv.slice(2);
const { open } = await import(`../subjects/${id}.mjs`);
const flags = flagsOf(Number(size));
const questions = questionsOn(flags);
const { decide } = await open({ flags, kind });
const answers = [];
for (const { flag, user } of questions) answers.push(await decide(flag, user));
const expected = answers.filter((answer) => answer === true).length;
const isLater = decide(questions[0].flag, questions[0].user) instanceof Promise;

// Every result is counted; otherwise the engine removes the look-up from the loop.
function ask() {
  let yes = 0;
  for (const { flag, user } of questions) if (decide(flag, user)) yes++;
  return check(yes);
}

async function askLater() {
  let yes = 0;
  for (const { flag, user } of questions) if (await decide(flag, user)) yes++;
  return check(yes);
}

function check(yes) {
  if (yes !== expected) throw new Error(`${id}: expected true ${expected} times, got it ${yes} times`);
  return yes;
}

process.on('message', async (milliseconds) => {
  const { p50 } = await measure(isLater ? askLater : ask, { min_cpu_time: milliseconds * 1e6, min_samples: 5 });
  process.send(p50 / questions.length);
});
process.send(answers);
