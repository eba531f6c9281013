/** Five overrides among other cookies, and the five flags that a page evaluates. */
export const FLAGS = ['CHECKOUT', 'SEARCH', 'BANNER', 'RECOMMENDATIONS', 'PRICES'];

const VARIANTS = ['ON', 'OFF', 'NEW', 'OLD'];

export const definitions = Object.fromEntries(
  FLAGS.map((flag) => [flag, { description: `Gates ${flag}`, variants: VARIANTS, default: 'OFF' }]),
);

/** A header with five overrides; each digit of `number` in base four selects a variant. */
export function cookieHeader(number) {
  const entries = FLAGS.map((flag, at) => [flag, VARIANTS[(number >> (2 * at)) % 4]]);
  const overrides = Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1))); // in the order that writers use
  const value = encodeURIComponent(JSON.stringify(overrides));
  return `theme=dark; sid=s%3A1d9f1b2c3d4e5f60718293a4b5c6d7e8.kR0xv3; gatekeeper=${value}; _ga=GA1.1.1234567890.1700000000`;
}

/** How many of the five flags the overrides of `number` turn on. */
export function turnedOn(number) {
  return FLAGS.filter((_, at) => VARIANTS[(number >> (2 * at)) % 4] === 'ON').length;
}
