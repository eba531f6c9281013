import { setImmediate as turn } from 'node:timers/promises';
import express from 'express';
import fc from 'fast-check';
import fastify from 'fastify';
import Handlebars from 'handlebars';
import nunjucks from 'nunjucks';
import request from 'supertest';
import { afterEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import { gatekeeper } from '../../../server-lib/express.ts';
import { gatekeeper as forFastify } from '../../../server-lib/fastify.ts';
import { createGatekeeper, defineFlags } from '../../../server-lib/index.ts';
import { eachVariant, fakeGate, overrideCookie, withFlags } from '../../../server-lib/testing.ts';
import { SEED } from '../../helpers/vitest/seed.ts';

const flags = defineFlags({
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC', users: { ONE_PAGE: [7] } },
  LIMIT: { variants: ['LOW', 'HIGH'], values: { LOW: 10, HIGH: 100 }, default: 'LOW', decide: () => 'HIGH' },
  KILL: { variants: ['ON', 'OFF'], default: 'ON', overridable: false },
});
const keeper = createGatekeeper({ flags });

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('fakeGate', () => {
  test('has the variants of the test, and otherwise the defaults', () => {
    const gk = fakeGate(flags, { CHECKOUT: 'ONE_PAGE', KILL: 'OFF' });

    expect([gk.ff('CHECKOUT', 'ONE_PAGE'), gk.featureFlag('CHECKOUT', 'CLASSIC')]).toEqual([true, false]);
    expect([gk.ffVariant('KILL'), gk.getFeatureFlagVariant('LIMIT')]).toEqual(['OFF', 'LOW']);
    expect([gk.ffValue('LIMIT'), fakeGate(flags, { LIMIT: 'HIGH' }).getFeatureFlagValue('LIMIT')]).toEqual([10, 100]);
    expect(gk.explain('CHECKOUT')).toMatchObject({ variant: 'ONE_PAGE', source: 'override', reason: 'STATIC' });
    expect(gk.browserOverrides()).toEqual({ CHECKOUT: 'ONE_PAGE', KILL: 'OFF' });
    expect(gk.isOverridden()).toBe(true);
  });

  test('records what the code under test evaluates', () => {
    const gk = fakeGate(flags, { CHECKOUT: 'ONE_PAGE' });

    gk.ff('CHECKOUT', 'CLASSIC');
    gk.ffVariant('LIMIT', { userId: 8 });

    expect(gk.evaluations().map(({ flag, variant }) => `${flag} ${variant}`)).toEqual([
      'CHECKOUT ONE_PAGE',
      'LIMIT LOW',
    ]);
  });

  test('works in the same way in production', () => {
    vi.stubEnv('NODE_ENV', 'production');

    expect(fakeGate(flags, { CHECKOUT: 'ONE_PAGE' }).ffVariant('CHECKOUT')).toBe('ONE_PAGE');
  });

  test('accepts more overrides than fit into a cookie', () => {
    const many = Object.fromEntries(
      Array.from({ length: 300 }, (_, at) => [
        `FLAG_${at}`,
        { variants: ['FIRST_VARIANT', 'SECOND_VARIANT'], default: 'FIRST_VARIANT' },
      ]),
    );
    const overrides = Object.fromEntries(Object.keys(many).map((name) => [name, 'SECOND_VARIANT']));

    expect(fakeGate(many, overrides).ffVariant('FLAG_299')).toBe('SECOND_VARIANT');
  });

  test.each([
    [
      'Nunjucks',
      (gk: object) =>
        nunjucks.renderString("{{ 'new' if request.gk.ff('CHECKOUT', 'ONE_PAGE') else 'old' }}", { request: { gk } }),
    ],
    [
      'Handlebars',
      (gk: object) => Handlebars.compile("{{#if (gk.ff 'CHECKOUT' 'ONE_PAGE')}}new{{else}}old{{/if}}")({ gk }),
    ],
  ])('renders a template of %s', (_engine, render) => {
    expect(eachVariant(flags, 'CHECKOUT').map((CHECKOUT) => render(fakeGate(flags, { CHECKOUT })))).toEqual([
      'old',
      'new',
    ]);
  });

  test('sets an override for code that does, with the same checks', () => {
    const gk = fakeGate(flags);

    expect([gk.setBrowserOverrideVariant('CHECKOUT', 'ONE_PAGE'), gk.setBrowserOverrideVariant('KILL', '')]).toEqual([
      true,
      true,
    ]);
    expect(() => gk.setBrowserOverrideVariant('CHECKOUT', 'ONEPAGE' as 'ONE_PAGE')).toThrow('no variant "ONEPAGE"');
  });

  test('is typed by its flags', () => {
    const gk = fakeGate(flags);

    expectTypeOf(gk.ffVariant('CHECKOUT')).toEqualTypeOf<'CLASSIC' | 'ONE_PAGE'>();
    expectTypeOf(gk.ffValue('LIMIT')).toEqualTypeOf<10 | 100>();
    // @ts-expect-error CHECKOUT has no variant ONEPAGE
    expect(() => fakeGate(flags, { CHECKOUT: 'ONEPAGE' })).toThrow();
    // @ts-expect-error there is no flag CHEKCOUT
    expect(() => gk.ff('CHEKCOUT', 'ONE_PAGE')).toThrow();
    // @ts-expect-error there is no flag CHEKCOUT
    expect(() => eachVariant(flags, 'CHEKCOUT')).toThrow();
  });
});

describe('a name that does not exist', () => {
  const wrongFlag = { CHEKCOUT: 'ONE_PAGE' } as object;
  const wrongVariant = { CHECKOUT: 'ONEPAGE' } as object;
  const NO_FLAG = 'there is no flag "CHEKCOUT"; did you mean "CHECKOUT"? The flags are CHECKOUT, LIMIT, KILL';
  const NO_VARIANT = 'CHECKOUT has no variant "ONEPAGE"; did you mean "ONE_PAGE"? The variants are CLASSIC, ONE_PAGE';
  const gk = fakeGate(flags);

  test.each<[string, () => unknown, string, string]>([
    ['fakeGate', () => fakeGate(flags, wrongFlag), 'ERR_GK_UNKNOWN_FLAG', NO_FLAG],
    ['fakeGate', () => fakeGate(flags, wrongVariant), 'ERR_GK_UNKNOWN_VARIANT', NO_VARIANT],
    ['withFlags', () => withFlags(keeper, wrongFlag, () => 1), 'ERR_GK_UNKNOWN_FLAG', NO_FLAG],
    ['withFlags', () => withFlags(keeper, wrongVariant, () => 1), 'ERR_GK_UNKNOWN_VARIANT', NO_VARIANT],
    ['overrideCookie', () => overrideCookie(wrongFlag, { flags }), 'ERR_GK_UNKNOWN_FLAG', NO_FLAG],
    ['overrideCookie', () => overrideCookie(wrongVariant, { flags }), 'ERR_GK_UNKNOWN_VARIANT', NO_VARIANT],
    ['eachVariant', () => eachVariant(flags, 'CHEKCOUT' as 'CHECKOUT'), 'ERR_GK_UNKNOWN_FLAG', NO_FLAG],
    ['ff', () => gk.ff('CHEKCOUT' as 'CHECKOUT', 'CLASSIC'), 'ERR_GK_UNKNOWN_FLAG', NO_FLAG],
    ['ff', () => gk.featureFlag('CHECKOUT', 'ONEPAGE' as 'ONE_PAGE'), 'ERR_GK_UNKNOWN_VARIANT', NO_VARIANT],
    ['ffVariant', () => gk.getFeatureFlagVariant('CHEKCOUT' as 'CHECKOUT'), 'ERR_GK_UNKNOWN_FLAG', NO_FLAG],
    ['ffValue', () => gk.getFeatureFlagValue('CHEKCOUT' as 'CHECKOUT'), 'ERR_GK_UNKNOWN_FLAG', NO_FLAG],
    ['explain', () => gk.explain('CHEKCOUT' as 'CHECKOUT'), 'ERR_GK_UNKNOWN_FLAG', NO_FLAG],
  ])('throws in %s, with the names that exist and the nearest one', (owner, call, code, message) => {
    expect(call).toThrow(expect.objectContaining({ code, message: `${owner}: ${message}` }));
  });

  test.each<[() => unknown, string]>([
    [() => fakeGate(keeper as never), 'Flag flags'],
    [() => fakeGate(7 as never), 'fakeGate: expected the flags that defineFlags() returned; got a number'],
    [() => fakeGate(flags, [] as never), "fakeGate: overrides must be an object, { FLAG: 'VARIANT' }; got an array"],
    [() => withFlags(flags as never, {}, () => 1), 'withFlags(keeper, { CHECKOUT: "ONE_PAGE" }, callback)'],
    [() => withFlags(keeper, {}, 7 as never), 'withFlags: expected a function; got a number'],
    [() => overrideCookie({ CHECKOUT: 7 } as never), 'overrideCookie: CHECKOUT must be a string; got a number'],
    [
      () => overrideCookie({}, { nane: 'x' } as never),
      'overrideCookie: there is no option "nane"; did you mean "name"?',
    ],
    [() => overrideCookie({}, { name: 'sid' }), 'overrideCookie: name must be "gatekeeper"'],
    [
      () => overrideCookie({ KILL: 'OFF' }, { flags }),
      'KILL is not overridable, so the server ignores its cookie; use withFlags()',
    ],
    [() => overrideCookie({ A: 'B'.repeat(5_000) }), 'the cookie must have at most 4096 bytes; it has 5032'],
  ])('other mistakes say what was expected: %#', (call, message) => {
    expect(call).toThrow(
      expect.objectContaining({ name: 'GatekeeperError', message: expect.stringContaining(message) }),
    );
  });
});

describe('withFlags', () => {
  test('overrides the flags of each request, and of none afterwards', async () => {
    const seen = await withFlags(keeper, { CHECKOUT: 'ONE_PAGE', KILL: 'OFF' }, async () => {
      await turn();
      const gk = keeper.gateFor();
      return [gk.ffVariant('CHECKOUT'), gk.ffVariant('KILL'), gk.explain('KILL').source, gk.ffVariant('LIMIT')];
    });

    expect(seen).toEqual(['ONE_PAGE', 'OFF', 'override', 'HIGH']);
    expect(keeper.gateFor().ffVariant('CHECKOUT')).toBe('CLASSIC');
  });

  test('needs no permission', () => {
    vi.stubEnv('NODE_ENV', 'production');

    expect(withFlags(keeper, { CHECKOUT: 'ONE_PAGE' }, () => keeper.gateFor().ffVariant('CHECKOUT'))).toBe('ONE_PAGE');
  });

  test('wins over the cookie of the request, whose other overrides apply', () => {
    const { header } = overrideCookie({ CHECKOUT: 'CLASSIC', LIMIT: 'LOW' }, { flags });

    const gk = withFlags(keeper, { CHECKOUT: 'ONE_PAGE' }, () => keeper.gateFor({ cookie: header }));

    expect(gk.browserOverrides()).toEqual({ CHECKOUT: 'ONE_PAGE', LIMIT: 'LOW' });
  });

  test('an inner call adds to the outer one and wins', () => {
    const seen = withFlags(keeper, { CHECKOUT: 'ONE_PAGE', LIMIT: 'LOW' }, () =>
      withFlags(keeper, { CHECKOUT: 'CLASSIC' }, () => keeper.gateFor().browserOverrides()),
    );

    expect(seen).toEqual({ CHECKOUT: 'CLASSIC', LIMIT: 'LOW' });
  });

  test('a gate keeps the overrides with which it was opened', () => {
    const inside = withFlags(keeper, { CHECKOUT: 'ONE_PAGE' }, () => keeper.gateFor());
    const outside = keeper.gateFor();

    expect(inside.ffVariant('CHECKOUT')).toBe('ONE_PAGE');
    expect(withFlags(keeper, { CHECKOUT: 'CLASSIC' }, () => inside.ffVariant('CHECKOUT'))).toBe('ONE_PAGE');
    expect(withFlags(keeper, { CHECKOUT: 'ONE_PAGE' }, () => outside.ffVariant('CHECKOUT'))).toBe('ONE_PAGE');
  });

  test('does not apply while overrides are suspended', () => {
    const seen = withFlags(keeper, { CHECKOUT: 'ONE_PAGE' }, () => {
      const gk = keeper.gateFor();
      return [gk.withoutOverrides(() => gk.ffVariant('CHECKOUT')), gk.ffVariant('CHECKOUT')];
    });

    expect(seen).toEqual(['CLASSIC', 'ONE_PAGE']);
  });

  test('affects no other keeper', () => {
    const other = createGatekeeper({ flags });

    expect(withFlags(keeper, { CHECKOUT: 'ONE_PAGE' }, () => other.gateFor().ffVariant('CHECKOUT'))).toBe('CLASSIC');
  });

  test('returns the result of the callback, and throws what it throws', () => {
    expect(withFlags(keeper, {}, () => 7)).toBe(7);
    expect(() =>
      withFlags(keeper, {}, () => {
        throw new Error('own');
      }),
    ).toThrow('own');
  });

  test('reaches the handlers of Express through supertest, whose responses are private', async () => {
    vi.stubEnv('NODE_ENV', 'test');
    const app = express();
    app.use(gatekeeper(keeper));
    app.get('/', (req, res) => void turn().then(() => res.send(String(req.gk.ffVariant('CHECKOUT')))));
    const get = (CHECKOUT: 'CLASSIC' | 'ONE_PAGE') =>
      withFlags(keeper, { CHECKOUT }, () =>
        request(app)
          .get('/')
          .then((response) => response),
      );

    const responses = await Promise.all([get('ONE_PAGE'), get('CLASSIC'), request(app).get('/'), get('ONE_PAGE')]);

    expect(responses.map(({ text }) => text)).toEqual(['ONE_PAGE', 'CLASSIC', 'CLASSIC', 'ONE_PAGE']);
    expect(responses[0]?.headers).toMatchObject({
      'server-timing': 'gk.CHECKOUT;desc="ONE_PAGE override"',
      'cache-control': 'private, no-store',
    });
  });

  test('reaches the handlers of Fastify through inject()', async () => {
    const app = fastify();
    app.register(forFastify, { keeper });
    app.get('/', async (req) => String(req.gk.ffVariant('CHECKOUT')));
    await app.ready();

    const { body } = await withFlags(keeper, { CHECKOUT: 'ONE_PAGE' }, async () => app.inject('/'));

    expect(body).toBe('ONE_PAGE');
  });

  test('10,000 calls that run at the same time never mix', async () => {
    const random = fc.sample(
      fc.tuple(fc.constantFrom('CLASSIC', 'ONE_PAGE'), fc.constantFrom('LOW', 'HIGH'), fc.nat(5)),
      { numRuns: 10_000, seed: SEED },
    );
    let running = 0;
    let most = 0;

    const mixed = await Promise.all(
      random.map(([CHECKOUT, LIMIT, waits]) =>
        withFlags(keeper, { CHECKOUT, LIMIT } as object, async () => {
          most = Math.max(most, ++running);
          const early = keeper.gateFor();
          for (let at = 0; at <= waits; at++) await (at % 2 === 0 ? turn() : Promise.resolve());
          running--;
          return [early, keeper.gateFor()].some(
            (gk) => gk.ffVariant('CHECKOUT') !== CHECKOUT || gk.ffVariant('LIMIT') !== LIMIT,
          );
        }),
      ),
    );

    expect(most).toBe(10_000);
    expect(mixed.filter(Boolean)).toEqual([]);
  });
});

describe('overrideCookie', () => {
  test('is the cookie that the extension writes', () => {
    const cookie = overrideCookie({ SEARCH: 'FUZZY', CHECKOUT: 'ONE_PAGE', UNSET: undefined } as object);

    const value = '%7B%22CHECKOUT%22%3A%22ONE_PAGE%22%2C%22SEARCH%22%3A%22FUZZY%22%7D';
    expect(cookie).toEqual({ name: 'gatekeeper', value, header: `gatekeeper=${value}` });
  });

  test('has the name of the keeper’s cookie', () => {
    const other = createGatekeeper({ flags, cookieName: 'gatekeeper-shop' });

    const { header } = overrideCookie({ CHECKOUT: 'ONE_PAGE' }, { flags, name: other.cookieName });

    expect(other.gateFor({ cookie: header, mayOverride: true }).ffVariant('CHECKOUT')).toBe('ONE_PAGE');
  });
});

test('eachVariant returns the variants in their order', () => {
  expect(eachVariant(flags, 'CHECKOUT')).toEqual(['CLASSIC', 'ONE_PAGE']);
});
