import { describe, expect, test } from 'vitest';
import { createGatekeeper, defineFlags, type SimulateOptions } from '../../../../server-lib/index.ts';
import type { IgnoredOverride } from '../../../../server-lib/wire/manifest.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { manifestOf } from '../../../helpers/protocol/manifest-of.ts';
import { readVectors } from '../../../helpers/protocol/read-vectors.ts';

const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });

interface Vectors {
  readonly simulate: SimulateOptions;
  readonly rows: readonly {
    readonly title: string;
    readonly entries: Readonly<Record<string, unknown>>;
    readonly attributes?: Readonly<Record<string, unknown>>;
    readonly user?: string;
    readonly time?: string;
    readonly ignored?: readonly IgnoredOverride[];
  }[];
}

const { simulate, rows } = readVectors<Vectors>('context.json');
// Created in each test: Stryker cannot see that a module fails to load.
const openKeeper = () => createGatekeeper({ flags, simulate });

const byFlag = (one: IgnoredOverride, other: IgnoredOverride): number => (one.flag < other.flag ? -1 : 1);

describe('test/vectors/context.json', () => {
  test.each(rows)('$title', ({ entries, attributes = {}, user, time, ignored = [] }) => {
    const keeper = openKeeper();
    const gate = keeper.gateFor({ cookie: overrideCookie(entries), mayOverride: true });

    const { context, overrides } = manifestOf(keeper, gate);

    const found = context?.attributes?.filter((one) => one.simulated !== undefined) ?? [];
    expect(Object.fromEntries(found.map((one) => [one.name, one.simulated]))).toEqual(attributes);
    expect(context?.user).toEqual(user === undefined ? {} : { simulated: user });
    expect(context?.time).toEqual(time === undefined ? {} : { simulated: time });
    expect([...overrides.ignored].sort(byFlag)).toEqual([...ignored].sort(byFlag));
    expect(overrides.applied).toEqual([]);
  });

  test.each(rows)('a site that declares nothing knows no attribute: $title', ({ entries }) => {
    const closed = createGatekeeper({ flags });
    const gate = closed.gateFor({ cookie: overrideCookie(entries), mayOverride: true });

    const { context, overrides } = manifestOf(closed, gate);

    expect(context).toBeUndefined();
    expect(overrides.ignored.map(({ code }) => code)).toEqual(Object.keys(entries).map(() => 'unknown-attribute'));
    expect(gate.isOverridden()).toBe(false);
  });
});

test('an invalid entry changes no override and no other entry', () => {
  const keeper = openKeeper();
  const gate = keeper.gateFor({
    cookie: overrideCookie({ '@country': 'FR', '@beta': 'true', SEARCH: 'FUZZY' }),
    mayOverride: true,
  });

  expect(gate.ffVariant('SEARCH')).toBe('FUZZY');
  expect(manifestOf(keeper, gate).overrides.ignored.map(({ flag }) => flag)).toEqual(['@country']);
});

const attributes = (declared: unknown): unknown => ({ attributes: declared });

test.each([
  [{ user: true }, 'there is no option "user"'],
  [{ userId: 'yes' }, 'userId must be true or false; got "yes"'],
  [{ time: 1 }, 'time must be true or false; got "1"'],
  [attributes(['country']), 'attributes must be an object of values by attribute; got an array'],
  [attributes({ 'my country': ['DE'] }), 'the name of an attribute must be a letter or digit'],
  [attributes({ user: ['7'] }), 'attributes cannot have "user"; use userId: true'],
  [attributes({ targetingKey: ['7'] }), 'attributes cannot have "targetingKey"; use userId: true'],
  [attributes({ time: ['now'] }), 'attributes cannot have "time"; use time: true'],
  [
    attributes({ country: 'DE' }),
    'attributes.country must be an array of strings, { min, max } or "boolean"; got "DE"',
  ],
  [attributes({ country: true }), 'attributes.country must be an array of strings, { min, max } or "boolean"'],
  [attributes({ country: [] }), 'attributes.country must have 1 to 100 values; got 0'],
  [attributes({ country: Array.from({ length: 101 }, (_, at) => `C${at}`) }), 'must have 1 to 100 values; got 101'],
  [attributes({ country: ['DE', 7] }), 'attributes.country must have strings of 1 to 128 characters'],
  [attributes({ country: ['DE', ''] }), 'attributes.country must have strings of 1 to 128 characters'],
  [attributes({ country: ['D\nE'] }), 'without control characters'],
  [attributes({ country: ['DE', 'DE'] }), 'attributes.country has "DE" twice'],
  [attributes({ seats: { min: 1 } }), 'attributes.seats must have finite numbers min and max'],
  [attributes({ seats: { min: 2, max: 1 } }), 'min must not be above max; got "2" and "1"'],
  [attributes({ seats: { min: 1, max: Number.POSITIVE_INFINITY } }), 'must have finite numbers min and max'],
  [attributes({ seats: { min: 1, max: 2, step: 1 } }), 'attributes.seats: there is no option "step"'],
  [
    attributes(Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`A${at}`, 'boolean']))),
    'attributes must have at most 100 entries; got 101',
  ],
])('%j is refused at start-up', (declared, message) => {
  expect(() => createGatekeeper({ flags, simulate: declared as SimulateOptions })).toThrow(
    expect.objectContaining({ code: 'ERR_GK_OPTIONS', message: expect.stringContaining(message) }),
  );
});

test('a later change of the declaration changes nothing', () => {
  const country = ['DE'];
  const changing = createGatekeeper({ flags, simulate: { attributes: { country } } });

  country.push('NL');
  const gate = changing.gateFor({ cookie: overrideCookie({ '@country': 'NL' }), mayOverride: true });

  expect(manifestOf(changing, gate).overrides.ignored).toMatchObject([{ code: 'invalid-value' }]);
});
