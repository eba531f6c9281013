import { afterEach, expect, test, vi } from 'vitest';
import { createGatekeeper, defineFlags } from '../../../../server-lib/index.ts';
import { errorLog } from '../../../fakes/error-log.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { unhandledRejections } from '../../../helpers/unhandled-rejections.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const flags = defineFlags({
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  PAYMENTS: { variants: ['RUNNING', 'STOPPED'], default: 'RUNNING', overridable: false },
});

test('overrides passed to gateFor apply like those of a browser', () => {
  const log = errorLog();
  const gate = createGatekeeper({ flags, ...log }).gateFor({
    overrides: { CHECKOUT: 'ONE_PAGE', SEARCH: undefined } as never,
  });

  expect(gate.ff('CHECKOUT', 'ONE_PAGE')).toBe(true);
  expect(gate.explain('CHECKOUT')).toEqual({
    flag: 'CHECKOUT',
    variant: 'ONE_PAGE',
    value: 'ONE_PAGE',
    source: 'override',
    reason: 'STATIC',
  });
  expect(gate.ffVariant('SEARCH')).toBe('EXACT');
  expect(gate.browserOverrides()).toEqual({ CHECKOUT: 'ONE_PAGE' });
  expect(log.errors).toEqual([]);
});

test('they replace the request’s cookie and leave its other fields unchanged', () => {
  const keeper = createGatekeeper({
    flags: { ...flags, COLOUR: { variants: ['RED', 'BLUE'], default: 'RED', users: { BLUE: [7] } } },
  });
  class Visit {
    readonly overrides = { CHECKOUT: 'ONE_PAGE' } as const;
    readonly cookie = overrideCookie({ SEARCH: 'FUZZY' });
    get userId(): number {
      return 7;
    }
  }

  const gate = keeper.gateFor(new Visit());

  expect(gate.ffVariant('CHECKOUT')).toBe('ONE_PAGE');
  expect(gate.ffVariant('SEARCH')).toBe('EXACT');
  expect(gate.ffVariant('COLOUR')).toBe('BLUE');
});

test.each([
  {
    overrides: { CHEKOUT: 'ONE_PAGE' },
    says: 'gateFor: there is no flag "CHEKOUT" to override; did you mean "CHECKOUT"?',
  },
  { overrides: { CHECKOUT: 'ONEPAGE' }, says: 'gateFor: CHECKOUT has no variant "ONEPAGE"; did you mean "ONE_PAGE"?' },
  { overrides: { CHECKOUT: true }, says: 'gateFor: CHECKOUT has no variant "true"' },
  { overrides: { PAYMENTS: 'STOPPED' }, says: 'gateFor: PAYMENTS is not overridable' },
])('$overrides is reported, and the other overrides apply', ({ overrides, says }) => {
  const log = errorLog();
  const gate = createGatekeeper({ flags, ...log }).gateFor({ overrides: { ...overrides, SEARCH: 'FUZZY' } as never });

  expect(gate.ff('SEARCH', 'FUZZY')).toBe(true);
  expect([gate.ffVariant('CHECKOUT'), gate.ffVariant('PAYMENTS')]).toEqual(['CLASSIC', 'RUNNING']);
  expect(log.errors.map(({ code, message }) => [code, message])).toEqual([['ERR_GK_OVERRIDE_NOT_SET', says]]);
});

test('in production they need the same permission as a cookie, and onError gets an error without it', () => {
  vi.stubEnv('NODE_ENV', 'production');
  const log = errorLog();
  const keeper = createGatekeeper({ flags, ...log });

  expect(keeper.gateFor({ overrides: { SEARCH: 'FUZZY' } }).ffVariant('SEARCH')).toBe('EXACT');
  expect(keeper.gateFor({ overrides: { SEARCH: 'FUZZY' }, mayOverride: true }).ffVariant('SEARCH')).toBe('FUZZY');
  expect(log.errors.map(({ message }) => message)).toEqual([
    'gateFor: this request may not override, so its overrides are ignored; pass mayOverride: true or set NODE_ENV=test',
  ]);
});

test.each([null, undefined, 7, 'CHECKOUT', []])(
  'overrides that are %j have no effect and do not throw',
  (overrides) => {
    const gate = createGatekeeper({ flags, onError: () => {} }).gateFor({ overrides: overrides as never });

    expect(gate.ffVariant('CHECKOUT')).toBe('CLASSIC');
  },
);

const thrown = () => {
  throw new Error('no overrides today');
};

test.each([
  { given: () => 'SEARCH=FUZZY', got: 'a string of 12 characters' },
  { given: () => ['SEARCH'], got: 'an array' },
  { given: () => new Map([['SEARCH', 'FUZZY']]), got: 'a Map' },
  { given: () => Promise.reject(new Error('later')), got: 'a promise' },
])('overrides that are $got are reported, and none apply', async ({ given, got }) => {
  const log = errorLog();
  const rejections = await unhandledRejections(() => {
    const gate = createGatekeeper({ flags, ...log }).gateFor({ overrides: given() as never, mayOverride: true });
    expect(gate.browserOverrides()).toEqual({});
  });

  expect(log.errors.map(({ message }) => message)).toEqual([
    `gateFor: overrides must be an object, { FLAG: 'VARIANT' }; got ${got}`,
  ]);
  expect(rejections).toEqual([]);
});

test('overrides whose getter throws are reported, and none apply', () => {
  const log = errorLog();
  const request = Object.defineProperty({ mayOverride: true }, 'overrides', { get: thrown });

  expect(
    createGatekeeper({ flags, ...log })
      .gateFor(request)
      .browserOverrides(),
  ).toEqual({});
  expect(log.codes).toEqual(['ERR_GK_OVERRIDE_NOT_SET']);
});

test.each([
  ['userID', 'userId'],
  ['overides', 'overrides'],
  ['override', 'overrides'],
  ['cookies', 'cookie'],
  ['mayoverride', 'mayOverride'],
  ['attribute', 'attributes'],
])('gateFor({ %s }) is reported with the nearest field name', (misspelt, meant) => {
  const log = errorLog();

  createGatekeeper({ flags, ...log }).gateFor({ [misspelt]: undefined });

  expect(log.errors.map(({ message }) => message)).toEqual([
    `gateFor: there is no option "${misspelt}"; did you mean "${meant}"?`,
  ]);
});

test('an instance of an application’s class may have other fields', () => {
  class Visit {
    readonly userID = 7;
    readonly userId = '7';
  }
  const log = errorLog();

  createGatekeeper({ flags, ...log }).gateFor(new Visit());

  expect(log.codes).toEqual([]);
});

test('responseCookies that are a promise count as none, and its rejection does not end the process', async () => {
  const lines: string[] = [];
  const rejections = await unhandledRejections(() => {
    const gate = createGatekeeper({ flags }).gateFor({
      mayOverride: true,
      responseCookies: Promise.reject(new Error('later')) as never,
      setCookie: (line) => void lines.push(line),
    });
    expect(gate.setBrowserOverrideVariant('SEARCH', 'FUZZY')).toBe(true);
  });

  expect(lines).toEqual([expect.stringContaining('SEARCH')]);
  expect(rejections).toEqual([]);
});
