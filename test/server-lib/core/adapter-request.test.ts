import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type AdapterRequest, createGatekeeper, defineFlags } from '../../../server-lib/index.ts';
import { errorLog } from '../../fakes/error-log.ts';
import { THENABLES } from '../../helpers/hooks/thenables.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { withPollutedPrototype } from '../../helpers/polluted-prototype.ts';
import { unhandledRejections } from '../../helpers/unhandled-rejections.ts';

const flags = defineFlags({
  BETA: { variants: ['ON', 'OFF'], default: 'OFF' },
  USER: { variants: ['ON', 'OFF'], default: 'OFF', decide: ({ userId }) => (userId === 'ann' ? 'ON' : 'OFF') },
});
const cookie = overrideCookie({ BETA: 'ON' });

beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'development');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A request whose fields are all getters of its class or of a base class. */
class Visit implements AdapterRequest {
  readonly #may: boolean;
  readonly lines: string[] = [];
  overridden = 0;

  constructor(may: boolean) {
    this.#may = may;
  }
  get cookie() {
    return cookie;
  }
  get userId() {
    return 'ann';
  }
  get mayOverride() {
    return this.#may;
  }
  get secure() {
    return true;
  }
  setCookie(line: string) {
    this.lines.push(line);
  }
  onOverridden() {
    this.overridden += 1;
  }
}
class FamilyVisit extends Visit {}

test.each([Visit, FamilyVisit])('the getters and methods of the class %o are used', (Class) => {
  const visit = new Class(true);
  const gate = createGatekeeper({ flags }).gateFor(visit);

  expect([gate.ffVariant('BETA'), gate.ffVariant('USER')]).toEqual(['ON', 'ON']);
  expect(gate.setBrowserOverrideVariant('USER', 'OFF')).toBe(true);
  expect(visit.overridden).toBe(1);
  expect(visit.lines).toEqual([expect.stringMatching(/^gatekeeper=.*; Secure$/)]);
});

test.each([Visit, FamilyVisit])(
  'a class %o whose mayOverride is false may not override, even in development',
  (Class) => {
    const gate = createGatekeeper({ flags }).gateFor(new Class(false));

    expect([gate.mayOverride(), gate.ffVariant('BETA')]).toEqual([false, 'OFF']);
  },
);

test('fields of Object.prototype do not count', () => {
  vi.stubEnv('NODE_ENV', 'production');
  const lines: string[] = [];
  const polluted = {
    cookie,
    userId: 'ann',
    attributes: { plan: 'pro' },
    mayOverride: true,
    setCookie: (line: string) => lines.push(line),
  };
  const keeper = createGatekeeper({ flags });

  withPollutedPrototype(polluted, () => {
    const gate = keeper.gateFor({});
    expect([gate.mayOverride(), gate.ffVariant('BETA'), gate.ffVariant('USER')]).toEqual([false, 'OFF', 'OFF']);
    expect(keeper.gateFor({ mayOverride: true }).browserOverrides()).toEqual({});
    expect(keeper.gateFor({ mayOverride: true }).setBrowserOverrideVariant('BETA', 'ON')).toBe(false);
  });
  expect(lines).toEqual([]);
});

const down = new Error('no session store');
const thrown = {
  get(): never {
    throw down;
  },
};

test.each([
  // field,         what is reported,                                                                 variants
  ['cookie', ['ERR_GK_REQUEST', 'cookie threw'], ['OFF', 'ON']],
  ['mayOverride', ['ERR_GK_POLICY_THREW', 'mayOverride threw, so overrides are off'], ['OFF', 'ON']],
  ['onOverridden', ['ERR_GK_REQUEST', 'onOverridden threw'], ['ON', 'ON']],
  ['userId', ['ERR_GK_USER_ID', 'Flag USER: userId threw'], ['ON', 'OFF']],
])('a request whose %s throws gets its variants, and one error is reported', (field, [code, message], variants) => {
  const log = errorLog();
  const request = Object.defineProperty({ cookie, userId: 'ann', mayOverride: true }, field, thrown);
  const gate = createGatekeeper({ flags, ...log }).gateFor(request);

  const variantsSeen = [1, 2].map(() => [gate.ffVariant('BETA'), gate.ffVariant('USER')]);

  expect(variantsSeen).toEqual([variants, variants]);
  expect(log.errors).toMatchObject([{ code, message, cause: down }]);
});

test.each([
  // field,         what is reported
  ['cookie', ['ERR_GK_REQUEST', 'cookie must be synchronous; it returned a promise']],
  ['mayOverride', ['ERR_GK_POLICY_PROMISE', 'mayOverride must be true or false; got a promise, so overrides are off']],
  ['userId', ['ERR_GK_USER_ID', 'Flag USER: userId must be synchronous; it returned a promise']],
])(
  'a request with any kind of promise as its %s gets its variants, and one error is reported',
  async (field, report) => {
    for (const { what, make } of THENABLES) {
      const log = errorLog();

      const rejections = await unhandledRejections(() => {
        const request = { cookie, userId: 'ann', mayOverride: true, [field]: make() };
        const gate = createGatekeeper({ flags, ...log }).gateFor(request as never);
        gate.ff('BETA', 'ON');
        gate.ff('USER', 'ON');
      });

      expect([what, ...log.errors.map(({ code, message }) => [code, message]), ...rejections]).toEqual([what, report]);
    }
  },
);

test.each(THENABLES)('an onOverridden or a setCookie that returns $what does not end the process', async ({ make }) => {
  const log = errorLog();

  const rejections = await unhandledRejections(() => {
    const request = { cookie, mayOverride: true, onOverridden: make, setCookie: make };
    const gate = createGatekeeper({ flags, ...log }).gateFor(request as never);
    expect(gate.ff('BETA', 'ON')).toBe(true);
    expect(gate.setBrowserOverrideVariant('BETA', 'OFF')).toBe(true);
  });

  expect(rejections).toEqual([]);
  expect(log.errors.length).toBeLessThanOrEqual(2);
});

test.each<readonly [string, () => object]>([
  // why the override is not set,                        what the request has
  ['setCookie threw', () => Object.defineProperty({}, 'setCookie', thrown)],
  ['secure threw', () => Object.defineProperty({ setCookie: () => {} }, 'secure', thrown)],
  ['setCookie must be a function; got "Set-Cookie"', () => ({ setCookie: 'Set-Cookie' })],
])('an override is not set and an error is reported if %s', (why, make) => {
  const log = errorLog();
  const request = Object.defineProperty(make(), 'mayOverride', { value: true });
  const gate = createGatekeeper({ flags, ...log }).gateFor(request);

  expect(gate.setBrowserOverrideVariant('BETA', 'ON')).toBe(false);
  expect(log.errors.map(({ code, message }) => [code, message])).toEqual([
    ['ERR_GK_OVERRIDE_NOT_SET', `Flag "BETA": the override is not set: ${why}`],
  ]);
});

test('a cookie getter that evaluates a flag gets a variant without overrides, without recursion', () => {
  const gate = createGatekeeper({ flags }).gateFor({
    get cookie() {
      return gate.ff('BETA', 'OFF') ? cookie : undefined;
    },
    mayOverride: true,
  });

  expect(gate.ff('BETA', 'ON')).toBe(true);
});

test('gateFor(null) creates a gate for a request without any fields', () => {
  expect(
    createGatekeeper({ flags })
      .gateFor(null as never)
      .ffVariant('BETA'),
  ).toBe('OFF');
});

test.each([
  ['a string', 'plan=pro', 'a string of 8 characters'],
  ['an array', ['pro'], 'an array'],
  ['null', null, 'null'],
  ['a number', 7, 'a number'],
])('attributes that are %s make the flags that read them fail, with an error report', (_, attributes, kind) => {
  const log = errorLog();
  const looking = defineFlags({
    A: { variants: ['ON', 'OFF'], default: 'OFF', decide: ({ attributes }) => (attributes.plan ? 'ON' : 'OFF') },
  });
  const gate = createGatekeeper({ flags: looking, ...log }).gateFor({ attributes: attributes as never });

  expect(gate.explain('A')).toMatchObject({ variant: 'OFF', source: 'error' });
  expect(log.errors.map(({ code, message }) => [code, message])).toEqual([
    ['ERR_GK_ATTRIBUTES', `Flag A: attributes must be an object; got ${kind}`],
  ]);
});

test.each(['request', 'app'] as const)(
  'a %s that rejects does not end the process, and its own then is not called',
  async (field) => {
    let calls = 0;
    // biome-ignore lint/suspicious/noThenProperty: as the application of Fastify has one
    const fastify = { then: () => calls++ };
    const flags = defineFlags({
      A: { variants: ['ON', 'OFF'], default: 'OFF', decide: (context) => (context[field] ? 'ON' : 'OFF') },
    });
    const keeper = createGatekeeper({ flags });

    const rejections = await unhandledRejections(() => {
      for (const value of [Promise.reject(new Error('no')), fastify]) {
        expect(keeper.gateFor({ [field]: value }).ff('A', 'ON')).toBe(true);
      }
    });

    expect([calls, ...rejections]).toEqual([0]);
  },
);

test('a flag that fails in the policy and in the page is reported once', () => {
  const log = errorLog();
  const flags = defineFlags({
    BETA: { variants: ['ON', 'OFF'], default: 'OFF' },
    BROKEN: {
      variants: ['ON', 'OFF'],
      default: 'OFF',
      decide: () => {
        throw new Error('no');
      },
    },
  });
  const gate = createGatekeeper({ flags, ...log }).gateFor({
    cookie,
    get mayOverride() {
      return gate.ff('BROKEN', 'OFF');
    },
  });

  expect([gate.ff('BETA', 'ON'), gate.ff('BROKEN', 'OFF')]).toEqual([true, true]);
  expect(log.codes).toEqual(['ERR_GK_DECIDE_THREW']);
});
