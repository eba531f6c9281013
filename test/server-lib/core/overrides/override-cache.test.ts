import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileFlags } from '../../../../server-lib/core/flags/compiled-flag.ts';
import { OverrideCache, resolveOverrides } from '../../../../server-lib/core/overrides/overrides.ts';
import { readSimulation } from '../../../../server-lib/core/overrides/simulation.ts';
import { createGatekeeper, defineFlags } from '../../../../server-lib/index.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';

const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });
const compiled = compileFlags(flags);
const NOTHING = readSimulation(undefined);

test('two browsers in turn each get their own overrides', () => {
  const keeper = createGatekeeper({ flags });
  const askedBy = (cookie: string) => keeper.gateFor({ cookie, mayOverride: true }).ffVariant('SEARCH');
  const [fuzzy, exact] = [overrideCookie({ SEARCH: 'FUZZY' }), overrideCookie({ SEARCH: 'EXACT' })];

  expect([fuzzy, exact, fuzzy, '', fuzzy, exact].map(askedBy)).toEqual([
    'FUZZY',
    'EXACT',
    'FUZZY',
    'EXACT',
    'FUZZY',
    'EXACT',
  ]);
});

test('two keepers do not share cached overrides', () => {
  const cookie = overrideCookie({ SEARCH: 'FUZZY' });
  const locked = { SEARCH: { ...flags.SEARCH, overridable: false } };
  const [open, closed] = [createGatekeeper({ flags }), createGatekeeper({ flags: locked })];

  const variants = [open, closed, open].map((keeper) =>
    keeper.gateFor({ cookie, mayOverride: true }).ffVariant('SEARCH'),
  );

  expect(variants).toEqual(['FUZZY', 'EXACT', 'FUZZY']);
});

test('isGate is true only for the keeper’s own gates', () => {
  const [ours, theirs] = [createGatekeeper({ flags }), createGatekeeper({ flags })];
  const gate = ours.gateFor();

  expect([gate, theirs.gateFor(), Object.create(gate), {}, undefined].map(ours.isGate)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('a browser that may not override gets no overrides from the cached cookie of one that may', () => {
  const keeper = createGatekeeper({ flags });
  const cookie = overrideCookie({ SEARCH: 'FUZZY' });

  const variants = [true, false, true].map((mayOverride) =>
    keeper.gateFor({ cookie, mayOverride }).ffVariant('SEARCH'),
  );

  expect(variants).toEqual(['FUZZY', 'EXACT', 'FUZZY']);
});

test('the same value is resolved once, and another value replaces it', () => {
  const cookies = new OverrideCache('gatekeeper', compiled, NOTHING);
  const first = cookies.overridesFor('{"SEARCH":"FUZZY"}');

  expect(cookies.overridesFor('{"SEARCH":"FUZZY"}')).toBe(first);
  expect(cookies.overridesFor('{}')).not.toBe(first);
  expect(cookies.overridesFor('{"SEARCH":"FUZZY"}')).not.toBe(first);
  expect(cookies.overridesFor('{"SEARCH":"FUZZY"}')).toEqual(first);
});

test('caching never changes a result', () => {
  const value = fc.constantFrom('', '{}', '{"SEARCH":"FUZZY"}', '{"SEARCH":"EXACT"}', '%7B%7D', 'x', 'x'.repeat(5_000));
  const header = fc.tuple(fc.constantFrom('', 'sid=1; ', 'gatekeeper-grant=x; '), fc.option(value));
  fc.assert(
    fc.property(fc.array(header), (headers) => {
      const cookies = new OverrideCache('gatekeeper', compiled, NOTHING);

      for (const [others, one] of headers) {
        const found = cookies.cookieValue(one === null ? others : `${others}gatekeeper=${one}`);
        expect(found).toBe(one === null ? undefined : one);
        if (found !== undefined) {
          expect(cookies.overridesFor(found)).toEqual(resolveOverrides(found, 'gatekeeper', compiled, NOTHING));
        }
      }
    }),
  );
});
