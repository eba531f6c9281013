import type { Random } from './random.ts';

/** JSON of a random kind of value, sometimes with unusual spelling. */
export function randomJson(random: Random, depth = 3): string {
  switch (random.below(depth > 0 ? 10 : 7)) {
    case 0:
    case 1:
    case 2:
      return randomJsonString(random);
    case 3:
      return String(random.pick(NUMBERS));
    case 4:
      return random.pick(['true', 'false', 'null']);
    case 5:
      return '{}';
    case 6:
      return '[]';
    case 7:
    case 8:
      return objectText(random.list(4, () => [randomJsonString(random), randomJson(random, depth - 1)]));
    default:
      return `[${random.list(4, () => randomJson(random, depth - 1)).join(',')}]`;
  }
}

/** A JSON object from names and values that are already JSON; a name may occur twice. */
export function objectText(members: readonly (readonly [name: string, value: string])[]): string {
  return `{${members.map(([name, value]) => `${name}:${value}`).join(',')}}`;
}

/** A JSON string, usually short; about half of its characters are unusual. */
export function randomJsonString(random: Random): string {
  const text = random.list(6, () => random.pick(random.once(2) ? PLAIN : ODD)).join('');
  return JSON.stringify(random.once(20) ? text.repeat(1 + random.below(900)) : text);
}

const NUMBERS = [
  '0',
  '-0',
  '1',
  '-1',
  '1.5',
  '1e3',
  '1E400',
  '-1e-400',
  '9007199254740993',
  '604800',
  '4096',
  '34560001',
];
const PLAIN = ['A', 'b', '7', '_', '-', '.', 'FLAG', 'ON', 'flag', ' '];
const ODD = [
  '\u0000',
  '\t',
  '\n',
  '"',
  '\\',
  '\u007f',
  '\u0085',
  '\u00e9',
  '\u00ff',
  '\u2028',
  '\u202e',
  '\u2067',
  '\ud800',
  '\udc00',
  '\ud83d\ude00',
  '\ufeff',
  '%',
  '%22',
  ';',
  '=',
  '<',
  '__proto__',
];
