/** The two kinds of decisions that every library is asked for. */
export const KINDS = ['allow-list', 'rollout'];

/** How many flags there are. */
export const SIZES = [10, 100, 1_000, 10_000];

/** Users whom a flag's allow-list names. */
const LISTED = 10;
const USERS = 10_000;

/** `size` flags, each with its own list of users, as every library's configuration is made from. */
export function flagsOf(size) {
  const random = randomFrom(size);
  return Array.from({ length: size }, (_, at) => ({
    name: constant(`FLAG_${at}`),
    users: Array.from(new Set(Array.from({ length: LISTED }, () => userAt(random())))),
  }));
}

/** A thousand questions, the same for every library: half of them about somebody who is listed. */
export function questionsOn(flags) {
  const random = randomFrom(1);
  return Array.from({ length: 1_000 }, (_, at) => {
    const flag = flags[Math.floor(random() * flags.length)];
    const { length } = flag.users;
    // Glued together for each question: a request's user id is no constant of the program.
    const user = at % 2 === 0 ? flag.users[Math.floor(random() * length)] : userAt(random());
    return { flag: flag.name, user };
  });
}

// A handler names its flag by a literal, and the engine keeps such a text once; so it keeps the names of properties.
const constant = (text) => Object.keys({ [text]: true })[0];

function userAt(fraction) {
  return `user-${Math.floor(fraction * USERS)}`;
}

// Numerical Recipes' generator: the same questions in every run and in every process.
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
