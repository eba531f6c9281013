import { afterEach, expect, test, vi } from 'vitest';
import { createGatekeeper, defineFlags, GatekeeperError } from '../../../server-lib/index.ts';
import { manifestOf } from '../../helpers/protocol/manifest-of.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });

test.each([
  { options: undefined, code: 'ERR_GK_OPTIONS', message: 'createGatekeeper needs flags: createGatekeeper({ flags })' },
  { options: {}, code: 'ERR_GK_OPTIONS', message: 'createGatekeeper needs flags: createGatekeeper({ flags })' },
  {
    options: { flags: null },
    code: 'ERR_GK_OPTIONS',
    message: 'createGatekeeper needs flags: createGatekeeper({ flags })',
  },
  {
    options: { flags: [] },
    code: 'ERR_GK_OPTIONS',
    message: 'createGatekeeper needs flags: createGatekeeper({ flags })',
  },
  {
    options: { flags, allowOverrides: true },
    code: 'ERR_GK_OPTIONS',
    message: 'allowOverrides must be a function; got "true"',
  },
  {
    options: { flags, allowOverrides: null },
    code: 'ERR_GK_OPTIONS',
    message: 'allowOverrides must be a function; got "null"',
  },
  {
    options: { flags, onError: console },
    code: 'ERR_GK_OPTIONS',
    message: 'onError must be a function; got "[object console]"',
  },
  { options: { flags, name: 7n }, code: 'ERR_GK_OPTIONS', message: 'name must be a string; got a bigint' },
  {
    options: { flags, name: { toJSON: null } },
    code: 'ERR_GK_OPTIONS',
    message: 'name must be a string; got an object',
  },
  {
    options: { flags, environment: () => 'test' },
    code: 'ERR_GK_OPTIONS',
    message: 'environment must be a string; got a function',
  },
  {
    options: { flags, scenarios: [{ name: 'One', description: 7n, overrides: {} }] },
    code: 'ERR_GK_SCENARIO',
    message: 'Scenario "One": description must be a string; got a bigint',
  },
  {
    options: { flags, scenarios: { name: 'One', overrides: {} } },
    code: 'ERR_GK_OPTIONS',
    message: 'scenarios must be an array of { name, overrides: { FLAG: variant } }',
  },
  {
    options: { flags, scenarios: [null] },
    code: 'ERR_GK_OPTIONS',
    message: 'scenarios must be an array of { name, overrides: { FLAG: variant } }',
  },
  {
    options: { flags, scenarios: [{ overrides: {} }] },
    code: 'ERR_GK_OPTIONS',
    message: 'scenarios must be an array of { name, overrides: { FLAG: variant } }',
  },
  {
    options: { flags, scenarios: [{ name: 'One' }] },
    code: 'ERR_GK_OPTIONS',
    message: 'scenarios must be an array of { name, overrides: { FLAG: variant } }',
  },
  {
    options: { flags, scenarios: Array.from({ length: 101 }, (_, at) => ({ name: `${at}`, overrides: {} })) },
    code: 'ERR_GK_OPTIONS',
    message: 'scenarios must have at most 100 entries; got 101',
  },
  {
    options: { flags, scenarios: [{ name: ' ', overrides: {} }] },
    code: 'ERR_GK_SCENARIO',
    message: 'Scenario " ": its name must be unique and not empty',
  },
  {
    options: { flags, scenarios: ['One', 'One '].map((name) => ({ name, overrides: {} })) },
    code: 'ERR_GK_SCENARIO',
    message: 'Scenario "One ": its name must be unique and not empty',
  },
  {
    options: { flags, scenarios: [{ name: 'One', overrides: { SAERCH: 'FUZZY' } }] },
    code: 'ERR_GK_SCENARIO',
    flag: 'SAERCH',
    message: 'Scenario "One": there is no flag "SAERCH"; did you mean "SEARCH"?',
  },
  {
    options: { flags, scenarios: [{ name: 'One', overrides: { SEARCH: 'FUZY' } }] },
    code: 'ERR_GK_SCENARIO',
    flag: 'SEARCH',
    message: 'Scenario "One": SEARCH has no variant "FUZY"; did you mean "FUZZY"?',
  },
  {
    options: { flags, scenarios: [{ name: 'One', overrides: { SEARCH: undefined } }] },
    code: 'ERR_GK_SCENARIO',
    flag: 'SEARCH',
    message: 'Scenario "One": SEARCH has no variant "undefined"',
  },
  {
    options: { flags, scenarios: [{ name: 'One', overrides: { toString: 'FUZZY' } }] },
    code: 'ERR_GK_SCENARIO',
    flag: 'toString',
    message: 'Scenario "One": there is no flag "toString"',
  },
  {
    options: { flags, alowOverrides: () => true },
    code: 'ERR_GK_OPTIONS',
    message: 'createGatekeeper: there is no option "alowOverrides"; did you mean "allowOverrides"?',
  },
  {
    options: { flags, users: () => 7 },
    code: 'ERR_GK_OPTIONS',
    message:
      'createGatekeeper: there is no option "users"; the options are flags, name, environment, cookieName, allowOverrides, grants, rules, scenarios, simulate, onEvaluate, exposures, onError',
  },
  {
    options: { flags, exposures: { override: true } },
    code: 'ERR_GK_OPTIONS',
    message: 'createGatekeeper: exposures: there is no option "override"; did you mean "overrides"?',
  },
  {
    options: { flags, exposures: 7 },
    code: 'ERR_GK_OPTIONS',
    message: 'createGatekeeper: exposures: options must be an object; got "7"',
  },
  {
    options: { flags, scenarios: [{ name: 'One', overides: {}, overrides: {} }] },
    code: 'ERR_GK_SCENARIO',
    message: 'Scenario "One": there is no option "overides"; did you mean "overrides"?',
  },
])('$code: $message', ({ options, code, flag, message }) => {
  const start = () => createGatekeeper(options as never);

  expect(start).toThrow(GatekeeperError);
  expect(start).toThrow(expect.objectContaining({ code, flag, message }));
});

test.each<{ readonly what: string; readonly options: object }>([
  { what: 'flags alone', options: { flags } },
  { what: 'no flag at all', options: { flags: {} } },
  { what: 'options that are undefined', options: { flags, allowOverrides: undefined, onError: undefined } },
  { what: 'no scenario', options: { flags, scenarios: [] } },
  { what: 'a scenario that overrides nothing', options: { flags, scenarios: [{ name: 'As it is', overrides: {} }] } },
  { what: 'flags that defineFlags has not seen', options: { flags: { A: { variants: ['ON'], default: 'ON' } } } },
])('a gatekeeper starts with $what', ({ options }) => {
  expect(() => createGatekeeper(options as never)).not.toThrow();
});

test('keeper.flags are the given flags', () => {
  expect(createGatekeeper({ flags }).flags).toBe(flags);
  expect(createGatekeeper({ flags }).flags.SEARCH.variants).toEqual(['EXACT', 'FUZZY']);
});

test('options changed after the start change nothing', () => {
  vi.stubEnv('NODE_ENV', 'production');
  const options = { flags, allowOverrides: () => false };
  const keeper = createGatekeeper(options);

  options.allowOverrides = () => true;

  expect(keeper.adapter.permissionOf({ headers: {} } as never)).toBe(false);
});

test('changing a list or a scenario after the start does not change the manifest', () => {
  const tags: unknown[] = ['shop'];
  const overrides: Record<string, unknown> = { A: 'ON' };
  const variants: unknown[] = ['ON', 'OFF'];
  const scenario = { name: 'One', overrides };
  const keeper = createGatekeeper({
    flags: { A: { variants, default: 'OFF', tags } },
    scenarios: [scenario],
  } as never);
  const manifest = () => JSON.stringify(manifestOf(keeper, keeper.gateFor({ mayOverride: true }) as never));
  const before = manifest();

  tags.push(7n);
  variants.push(7n);
  overrides.A = 7n;
  Object.assign(scenario, { description: 7n });

  expect(manifest()).toBe(before);
});
