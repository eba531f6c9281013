import { isDeepStrictEqual } from 'node:util';
import { compileFlags } from '../../server-lib/core/flags/compiled-flag.ts';
import { resolveOverrides } from '../../server-lib/core/overrides/overrides.ts';
import { readSimulation, type SimulatedValues } from '../../server-lib/core/overrides/simulation.ts';
import {
  type CookieParseResult,
  cookieBytes,
  decodeOverrides,
  encodeOverrides,
  readOverrideCookie,
} from '../../server-lib/wire/override-cookie.ts';
import { COOKIE_SITE, HOSTILE_COOKIES } from '../../test/helpers/protocol/hostile-cookies.ts';
import { referenceReading } from '../../test/helpers/protocol/reference-codec.ts';
import { objectText, randomJson, randomJsonString } from './json-text.ts';
import { BYTES, mutate } from './mutate.ts';
import type { Random } from './random.ts';
import type { Target } from './target.ts';

const NAME = COOKIE_SITE.cookie;
const FLAGS = compileFlags(COOKIE_SITE.flags);
const SIMULATION = readSimulation({
  userId: true,
  time: true,
  attributes: { country: ['DE', 'NL'], seats: { min: 1, max: 500 }, beta: 'boolean' },
});

/**
 * Raw `Cookie` headers must be read as docs/protocol.md section 1 says. Only configured flags and declared values of the
 * simulated context may apply.
 */
export const cookies: Target = { generate, problem };

function generate(random: Random): string {
  switch (random.below(8)) {
    case 0:
      return random.pick(STARTS) + random.list(40, () => random.pick(BYTES)).join('');
    case 1:
      return random.pick(STARTS) + random.list(24, () => random.pick(TEMPTING)).join('');
    case 2:
    case 3:
      return mutate(random, random.pick(ROWS), MATERIAL);
    case 4:
      return mutate(random, random.pick(STARTS) + cookieValue(random), MATERIAL);
    default:
      return random.pick(STARTS) + cookieValue(random);
  }
}

const STARTS = ['', ...Array(6).fill(`${NAME}=`), `a=1; ${NAME}=`, ` \t${NAME}\t = `];
const TEMPTING = [
  NAME,
  '=',
  ';',
  ' ',
  '\t',
  '"',
  '{',
  '}',
  ':',
  ',',
  '%',
  '22',
  '7B',
  'j:',
  'FLAG_A',
  'ON',
  '\xa0',
  '\xff',
];
// The few rows of several megabytes are left to the tests of the table.
const ROWS = HOSTILE_COOKIES.map(({ header }) => header).filter((header) => header.length < 6_000);
const MATERIAL = { others: ROWS, scraps: [...BYTES, ...TEMPTING] };
const CONTEXT_KEYS = ['@user', '@time', '@country', '@seats', '@beta', '@plan', '@'];
const FLAG_NAMES = [...Object.keys(COOKIE_SITE.flags), '__proto__', 'constructor', ...CONTEXT_KEYS].map((name) =>
  JSON.stringify(name),
);
const CONTEXT_VALUES = ['42', '501', '1e1', '0x10', 'DE', 'true', '2027-01-01T00:00:00Z', '2027-02-30T00:00:00Z'];
const VARIANTS = [...Object.values(COOKIE_SITE.flags).flatMap(({ variants }) => variants), ...CONTEXT_VALUES].map(
  (one) => JSON.stringify(one),
);

function cookieValue(random: Random): string {
  const members = random.list(6, () => {
    const flag = random.once(6) ? randomJsonString(random) : random.pick(FLAG_NAMES);
    return [flag, random.once(4) ? randomJson(random, 1) : random.pick(VARIANTS)] as const;
  });
  return encodeValue(random, objectText(members));
}

function encodeValue(random: Random, json: string): string {
  const bytes = Buffer.from(json).toString('latin1');
  switch (random.below(5)) {
    case 0:
      return bytes;
    case 1:
      return `"${bytes}"`;
    case 2:
      return `j:${bytes}`;
    case 3:
      return `"${encodeURIComponent(json)}"`;
    default:
      return encodeURIComponent(json);
  }
}

function problem(header: string): string | undefined {
  const reading = readOverrideCookie(header, NAME);
  if (!isDeepStrictEqual(reading, referenceReading(header, NAME))) return 'is not read as the protocol says';
  return reading.kind === 'entries' ? (appliedProblem(header, reading) ?? rewrittenProblem(reading)) : undefined;
}

type Entries = Extract<CookieParseResult, { kind: 'entries' }>;

// resolveOverrides takes a value. The string after the first "=" is one, although not always the one that the server uses.
function appliedProblem(header: string, { entries }: Entries): string | undefined {
  const { applied, simulated } = resolveOverrides(header.slice(header.indexOf('=') + 1), NAME, FLAGS, SIMULATION);
  for (const [flag, { variant }] of applied) {
    const definition = COOKIE_SITE.flags[flag];
    if (!definition?.variants.includes(variant) || definition.overridable === false)
      return `applies ${flag}=${variant}`;
  }
  if (simulated !== undefined && !isDeclared(simulated)) return `simulates ${JSON.stringify(simulated)}`;
  const again = resolveOverrides(
    encodeURIComponent(JSON.stringify(Object.fromEntries(entries))),
    NAME,
    FLAGS,
    SIMULATION,
  );
  const count = again.applied.size + again.ignored.length + simulatedCount(again);
  return again.problem === undefined && count !== entries.size ? 'an entry is neither applied nor ignored' : undefined;
}

function isDeclared({ user = '1', time, attributes }: SimulatedValues): boolean {
  const { country = 'DE', seats = 1, beta = true, ...others } = Object.fromEntries(attributes);
  return (
    user.length >= 1 &&
    user.length <= 128 &&
    (time === undefined || Date.parse(time.text) === time.milliseconds) &&
    (country === 'DE' || country === 'NL') &&
    typeof seats === 'number' &&
    seats >= 1 &&
    seats <= 500 &&
    typeof beta === 'boolean' &&
    Object.keys(others).length === 0
  );
}

function simulatedCount({ simulated }: ReturnType<typeof resolveOverrides>): number {
  if (simulated === undefined) return 0;
  return simulated.attributes.size + [simulated.user, simulated.time].filter((one) => one !== undefined).length;
}

function rewrittenProblem({ entries }: Entries): string | undefined {
  const texts = new Map([...entries].filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  const value = encodeOverrides(texts);
  if (cookieBytes(NAME, value) > 4_096) return undefined;
  const same = isDeepStrictEqual(decodeOverrides(value, NAME), { kind: 'entries', entries: texts });
  return same ? undefined : 'reads differently after it is written again';
}
