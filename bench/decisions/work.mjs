/** The two kinds of decisions that every library makes. */
export const KINDS = ['allow-list', 'rollout'];

/** The numbers of flags. */
export const SIZES = [10, 100, 1_000, 10_000];

/** The number of users in a flag's allow-list. */
const LISTED = 10;
const USERS = 10_000;

/** `size` flags, each with its own list of users; every library is configured from them. */
export function flagsOf(size) {
  const random = randomFrom(size);
  return Array.from({ length: size }, (_, at) => ({
    name: constant(`FLAG_${at}`),
    users: Array.from(new Set(Array.from({ length: LISTED }, () => userAt(random())))),
  }));
}

/** A thousand pairs of flag and user, the same for every library; half of the users are listed. */
export function questionsOn(flags) {
  const random = randomFrom(1);
  return Array.from({ length: 1_000 }, (_, at) => {
    const flag = flags[Math.floor(random() * flags.length)];
    const { length } = flag.users;
    // A new string for each pair, because the user id of a request is not a constant of the program.
    const user = at % 2 === 0 ? flag.users[Math.floor(random() * length)] : userAt(random());
    return { flag: flag.name, user };
  });
}

// A handler names its flag by a literal, which the engine stores once; property names are stored in the same way.
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
