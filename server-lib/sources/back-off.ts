/**
 * How many milliseconds to wait after so many failures in a row: 100 to 200 at first, twice as many each time. Half of a
 * pause is left to chance, so that a thousand processes which lost one server at one moment do not come back at one
 * moment. The longest is 4.5 seconds: with the attempt that follows, Redis is not away for 5 seconds after it is back.
 */
export function backOff(failures: number, random: () => number = Math.random): number {
  const longest = Math.min(FIRST * 2 ** Math.min(failures - 1, 16), LONGEST);
  return longest * (0.5 + random() / 2);
}

const FIRST = 200;
const LONGEST = 4_500;
