import { expect, test } from 'vitest';
import { boundGate } from '../../../../server-lib/core/request/gate.ts';
import { createGatekeeper, defineFlags } from '../../../../server-lib/index.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';

const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT', users: { EXACT: [7] } } });

function gates() {
  const lines: string[] = [];
  const gate = createGatekeeper({ flags }).gateFor({
    cookie: overrideCookie({ SEARCH: 'FUZZY' }),
    mayOverride: true,
    setCookie: (line) => void lines.push(line),
  });
  return { gate, bound: boundGate(gate), lines };
}

test('the gate for templates has every function of a gate as an own property', () => {
  const { bound } = gates();

  expect(Object.keys(bound)).toEqual([
    'ff',
    'featureFlag',
    'ffVariant',
    'getFeatureFlagVariant',
    'ffValue',
    'getFeatureFlagValue',
    'explain',
    'mayOverride',
    'withoutOverrides',
    'evaluations',
    'usedScript',
    'isOverridden',
    'browserOverrides',
    'setBrowserOverrideVariant',
  ]);
});

test('its functions return the same as the gate, without this and with another this', () => {
  const { gate, bound } = gates();
  const { ff, featureFlag, ffVariant, getFeatureFlagVariant, explain, mayOverride, browserOverrides } = bound;
  const { evaluations, usedScript, isOverridden } = bound;

  expect(ff.call({} as never, 'SEARCH', 'FUZZY')).toBe(true);
  expect(ff('SEARCH', 'EXACT')).toBe(false);
  expect(featureFlag('SEARCH', 'FUZZY')).toBe(true);
  expect(ffVariant('SEARCH', { userId: 7 })).toBe('FUZZY');
  expect(getFeatureFlagVariant('SEARCH')).toBe('FUZZY');
  expect(explain('SEARCH')).toBe(gate.explain('SEARCH'));
  expect(mayOverride()).toBe(true);
  expect(browserOverrides()).toEqual({ SEARCH: 'FUZZY' });
  expect(evaluations()).toEqual([gate.explain('SEARCH')]);
  expect(usedScript()).toContain('{"SEARCH":"FUZZY override"}');
  expect(isOverridden()).toBe(true);
});

test('both long and short forms pass the user id to the gate', () => {
  const { ffVariant, getFeatureFlagVariant } = boundGate(createGatekeeper({ flags }).gateFor({ userId: 1 }));
  const listed = defineFlags({
    A: { variants: ['ON', 'OFF'], values: { ON: 1, OFF: 0 }, default: 'OFF', users: { ON: [7] } },
  });
  const other = boundGate(createGatekeeper({ flags: listed }).gateFor({ userId: 1 }));

  expect([ffVariant('SEARCH'), getFeatureFlagVariant('SEARCH')]).toEqual(['EXACT', 'EXACT']);
  expect(other.ffVariant('A', { userId: 7 })).toBe('ON');
  expect(other.getFeatureFlagVariant('A', { userId: 7 })).toBe('ON');
  expect([other.ffValue('A'), other.getFeatureFlagValue('A')]).toEqual([0, 0]);
  expect([other.ffValue('A', { userId: 7 }), other.getFeatureFlagValue('A', { userId: 7 })]).toEqual([1, 1]);
});

test('it can set an override', () => {
  const { bound, lines } = gates();
  const { setBrowserOverrideVariant } = bound;

  expect(setBrowserOverrideVariant('SEARCH', '')).toBe(true);
  expect(lines).toEqual(['gatekeeper=; Path=/; Max-Age=0; SameSite=Lax']);
});
