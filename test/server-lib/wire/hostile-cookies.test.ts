import { afterEach, describe, expect, test } from 'vitest';
import { compileFlags } from '../../../server-lib/core/flags/compiled-flag.ts';
import { resolveOverrides } from '../../../server-lib/core/overrides/overrides.ts';
import { readSimulation } from '../../../server-lib/core/overrides/simulation.ts';
import { createGatekeeper } from '../../../server-lib/index.ts';
import { findCookie } from '../../../server-lib/wire/cookie-header.ts';
import { readOverrideCookie } from '../../../server-lib/wire/override-cookie.ts';
import { COOKIE_SITE, HOSTILE_COOKIES, type HostileCookie } from '../../helpers/protocol/hostile-cookies.ts';
import { manifestOf } from '../../helpers/protocol/manifest-of.ts';

const keeper = createGatekeeper({ flags: COOKIE_SITE.flags });
const compiled = compileFlags(COOKIE_SITE.flags);
const NOTHING = readSimulation(undefined);

/** The expected result of a row, in a shape that can be compared. */
function promised({ absent, applies, ignored, problem }: HostileCookie) {
  return { absent, applies: Object.entries(applies).sort(), ignored: sorted(ignored), problem };
}

/** The result of the codec and the flags for a header. */
function resolved({ header, name }: Pick<HostileCookie, 'header' | 'name'>) {
  const value = findCookie(header, name);
  if (value === undefined) return { absent: true, applies: [], ignored: [], problem: undefined };
  const { applied, ignored, problem } = resolveOverrides(value, name, compiled, NOTHING);
  const applies = [...applied].map(([flag, { variant }]) => [flag, variant]).sort();
  return { absent: false, applies, ignored: sorted(ignored), problem };
}

const sorted = <Entry extends { readonly flag: string }>(entries: readonly Entry[]): readonly Entry[] =>
  [...entries].sort((one, other) => (one.flag < other.flag ? -1 : 1));

const prototype = Object.prototype as unknown as Record<string, unknown>;
afterEach(() => {
  for (const name of ['FLAG_A', 'FLAG_B', 'variant', 'overridable']) delete prototype[name];
});

describe.each([...new Set(HOSTILE_COOKIES.map((row) => row.class))])('hostile cookies: %s', (name) => {
  const rows = HOSTILE_COOKIES.filter((row) => row.class === name);

  test.each(rows)('$title', (row) => {
    expect(resolved(row)).toEqual(promised(row));
    expect(readOverrideCookie(row.header, row.name).kind === 'absent').toBe(row.absent);
  });

  test.each(rows.filter((row) => row.name === COOKIE_SITE.cookie))('a request: $title', (row) => {
    const gate = keeper.gateFor({ cookie: row.header, mayOverride: true });

    const { applied, ignored, problem } = manifestOf(keeper, gate).overrides;

    expect(gate.browserOverrides()).toEqual(row.applies);
    expect(applied.toSorted()).toEqual(Object.keys(row.applies).sort());
    expect({ ignored: sorted(ignored), problem }).toEqual({ ignored: sorted(row.ignored), problem: row.problem });
    for (const [flag, { default: byDefault }] of Object.entries(COOKIE_SITE.flags)) {
      expect(gate.ffVariant(flag)).toBe(Object.hasOwn(row.applies, flag) ? row.applies[flag] : byDefault);
    }
  });
});

test('no header changes Object.prototype', () => {
  const before = Object.getOwnPropertyNames(Object.prototype);

  for (const row of HOSTILE_COOKIES) resolved(row);

  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
});

test('fields of a polluted Object.prototype override nothing', () => {
  Object.assign(prototype, { FLAG_A: 'ON', FLAG_B: 'THREE', variant: 'ON', overridable: false });

  const wrong = HOSTILE_COOKIES.filter((row) => JSON.stringify(resolved(row)) !== JSON.stringify(promised(row)));

  expect(wrong.map((row) => row.title)).toEqual([]);
});

test('a request that may not override gets the defaults with any cookie', () => {
  const gates = HOSTILE_COOKIES.map((row) => keeper.gateFor({ cookie: row.header, mayOverride: false }));

  expect(gates.filter((gate) => Object.keys(gate.browserOverrides()).length > 0)).toEqual([]);
  expect(gates.filter((gate) => gate.ff('FLAG_A', 'ON'))).toEqual([]);
});

test('the table has more than 500 different headers', () => {
  const headers = new Set(HOSTILE_COOKIES.map(({ name, header }) => `${name} ${header}`));

  expect(headers.size).toBe(HOSTILE_COOKIES.length);
  expect(headers.size).toBeGreaterThan(500);
});
