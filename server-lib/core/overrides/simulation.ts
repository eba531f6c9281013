import {
  type AttributeType,
  type AttributeValue,
  attributeKey,
  isAttributeText,
  isSimulatedUser,
  parseAttributeValue,
  parseUtcTime,
  TIME_KEY,
  USER_KEY,
} from '../../wire/context-values.ts';
import { MANIFEST_LIMITS } from '../../wire/limits.ts';
import type { IgnoredOverride } from '../../wire/manifest.ts';
import { isName, NAME_GRAMMAR } from '../../wire/names.ts';
import { GatekeeperError } from '../errors.ts';
import { type OptionNames, readOptions } from '../read-options.ts';
import { isRecord, kindOf, quoted } from '../values.ts';

/** What a request that may override may simulate for its flags. Nothing is allowed by default. */
export interface SimulateOptions {
  /** `true`: another user. */
  readonly userId?: boolean;
  /** `true`: another time. */
  readonly time?: boolean;
  /** Other values of these attributes. */
  readonly attributes?: Readonly<Record<string, AttributeChoices>>;
}

/** The values that an attribute may be simulated with: some strings, the numbers of a range, or `true` and `false`. */
export type AttributeChoices = readonly string[] | { readonly min: number; readonly max: number } | 'boolean';

/** The option `simulate`, validated. */
export interface Simulation {
  readonly user: boolean;
  readonly time: boolean;
  readonly attributes: ReadonlyMap<string, AttributeType>;
}

/** The context that a request simulates: the valid entries of its cookie whose key begins with "@". */
export interface SimulatedValues {
  readonly user: string | undefined;
  readonly time: { readonly text: string; readonly milliseconds: number } | undefined;
  readonly attributes: ReadonlyMap<string, AttributeValue>;
}

/** Divides entries of a cookie whose key begins with "@" into the simulated context and those that are ignored. */
export function resolveContext(
  entries: readonly (readonly [string, unknown])[],
  simulation: Simulation,
): { readonly simulated: SimulatedValues | undefined; readonly ignored: readonly IgnoredOverride[] } {
  const attributes = new Map<string, AttributeValue>();
  const ignored: IgnoredOverride[] = [];
  let user: SimulatedValues['user'];
  let time: SimulatedValues['time'];
  for (const [key, value] of entries) {
    const name = key.slice(attributeKey('').length);
    const attribute = simulation.attributes.get(name);
    const isDeclared =
      attribute !== undefined || (key === USER_KEY && simulation.user) || (key === TIME_KEY && simulation.time);
    const parsed = attribute && parseAttributeValue(value, attribute);
    const milliseconds = isDeclared && key === TIME_KEY ? parseUtcTime(value) : undefined;
    if (parsed !== undefined) attributes.set(name, parsed);
    else if (milliseconds !== undefined) time = { text: value as string, milliseconds };
    else if (isDeclared && key === USER_KEY && isSimulatedUser(value)) user = value;
    else {
      const code = isDeclared ? 'invalid-value' : 'unknown-attribute';
      ignored.push({ flag: key, ...(typeof value === 'string' ? { variant: value } : undefined), code });
    }
  }
  const isEmpty = user === undefined && time === undefined && attributes.size === 0;
  return { simulated: isEmpty ? undefined : { user, time, attributes }, ignored };
}

/** Validates the option `simulate`. */
export function readSimulation(simulate: unknown): Simulation {
  const options = readOptions<SimulateOptions>(OWNER, simulate === undefined ? {} : (simulate as object), OPTIONS);
  for (const name of ['userId', 'time'] as const) {
    const value = options[name];
    if (value !== undefined && typeof value !== 'boolean') {
      throw simulateError(`${name} must be true or false; got ${quoted(value)}`);
    }
  }
  const attributes: unknown = options.attributes === undefined ? {} : options.attributes;
  if (!isRecord(attributes)) {
    throw simulateError(`attributes must be an object of values by attribute; got ${kindOf(attributes)}`);
  }
  const entries = Object.entries(attributes);
  if (entries.length > MANIFEST_LIMITS.attributes) {
    throw simulateError(`attributes must have at most ${MANIFEST_LIMITS.attributes} entries; got ${entries.length}`);
  }
  return {
    user: options.userId === true,
    time: options.time === true,
    attributes: new Map(entries.map(([name, choices]) => [validName(name), readChoices(name, choices)])),
  };
}

const OWNER = 'createGatekeeper: simulate';
const OPTIONS: OptionNames<SimulateOptions> = { userId: true, time: true, attributes: true };

function validName(name: string): string {
  const instead = INSTEAD.get(name);
  if (instead !== undefined) throw simulateError(`attributes cannot have ${quoted(name)}; use ${instead}: true`);
  if (isName(name)) return name;
  throw simulateError(`the name of an attribute must be ${NAME_GRAMMAR}; got ${quoted(name)}`);
}

// The cookie has one key for each name, and "@user" and "@time" are taken.
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['user', 'userId'],
  ['userId', 'userId'],
  ['targetingKey', 'userId'],
  ['time', 'time'],
]);

function readChoices(name: string, choices: unknown): AttributeType {
  if (choices === 'boolean') return { type: 'boolean' };
  if (Array.isArray(choices)) return { type: 'string', values: readTexts(name, choices) };
  if (!isRecord(choices)) {
    const expected = 'must be an array of strings, { min, max } or "boolean"';
    throw simulateError(`attributes.${name} ${expected}; got ${quoted(choices)}`);
  }
  const { min, max } = readOptions(`${OWNER}.attributes.${name}`, choices as unknown as NumberRange, RANGE);
  if (Number.isFinite(min) && Number.isFinite(max) && min <= max) return { type: 'number', min, max };
  const expected = 'must have finite numbers min and max, and min must not be above max';
  throw simulateError(`attributes.${name} ${expected}; got ${quoted(min)} and ${quoted(max)}`);
}

interface NumberRange {
  readonly min: number;
  readonly max: number;
}

const RANGE: OptionNames<NumberRange> = { min: true, max: true };

function readTexts(name: string, choices: readonly unknown[]): readonly string[] {
  const where = `attributes.${name}`;
  if (choices.length === 0 || choices.length > MANIFEST_LIMITS.variants) {
    throw simulateError(`${where} must have 1 to ${MANIFEST_LIMITS.variants} values; got ${choices.length}`);
  }
  const bad = [...choices].find((value) => !isAttributeText(value));
  if (bad !== undefined || choices.includes(undefined)) {
    const expected = 'must have strings of 1 to 128 characters without control characters';
    throw simulateError(`${where} ${expected}; got ${quoted(bad)}`);
  }
  const twice = choices.find((value, at) => choices.indexOf(value) !== at);
  if (twice !== undefined) throw simulateError(`${where} has ${quoted(twice)} twice`);
  return [...(choices as readonly string[])];
}

function simulateError(what: string): GatekeeperError {
  return new GatekeeperError('ERR_GK_OPTIONS', `${OWNER}: ${what}`);
}
