import { expect, test } from 'vitest';
import { createGatekeeper, defineFlags } from '../../../../server-lib/index.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { manifestOf } from '../../../helpers/protocol/manifest-of.ts';

/** A flag that returns another variant each time, and counts its calls. */
function fickleFlag() {
  let decided = 0;
  const flags = defineFlags({
    FICKLE: {
      variants: ['ODD', 'EVEN'],
      default: 'EVEN',
      decide: () => {
        decided += 1;
        return decided % 2 === 1 ? 'ODD' : 'EVEN';
      },
    },
  });
  return { flags, decisions: () => decided };
}

test('one request calls decide once, by whatever method the flag is evaluated', () => {
  const { flags, decisions } = fickleFlag();
  const gate = createGatekeeper({ flags }).gateFor();

  expect(gate.ff('FICKLE', 'ODD')).toBe(true);
  expect(gate.ff('FICKLE', 'EVEN')).toBe(false);
  expect(gate.featureFlag('FICKLE', 'ODD')).toBe(true);
  expect(gate.ffVariant('FICKLE')).toBe('ODD');
  expect(gate.getFeatureFlagVariant('FICKLE')).toBe('ODD');
  expect(gate.explain('FICKLE')).toMatchObject({ variant: 'ODD' });
  expect(decisions()).toBe(1);
});

test('the manifest has the variants that the request already got', () => {
  const { flags } = fickleFlag();
  const keeper = createGatekeeper({ flags });
  const gate = keeper.gateFor({ mayOverride: true });

  gate.ff('FICKLE', 'ODD');

  expect(manifestOf(keeper, gate).flags[0]).toMatchObject({ current: 'ODD', withoutOverride: 'ODD' });
});

test('two requests call decide twice', () => {
  const { flags } = fickleFlag();
  const keeper = createGatekeeper({ flags });

  expect(keeper.gateFor().ffVariant('FICKLE')).toBe('ODD');
  expect(keeper.gateFor().ffVariant('FICKLE')).toBe('EVEN');
});

test("another user's evaluation is pinned apart from the request's own", () => {
  const { flags, decisions } = fickleFlag();
  const gate = createGatekeeper({ flags }).gateFor({ userId: 1 });

  expect(gate.ffVariant('FICKLE')).toBe('ODD');
  expect(gate.ffVariant('FICKLE', { userId: 2 })).toBe('EVEN');
  expect(gate.ffVariant('FICKLE', { userId: 3 })).toBe('ODD');
  expect(gate.ffVariant('FICKLE')).toBe('ODD');
  expect(gate.ffVariant('FICKLE', { userId: 2 })).toBe('EVEN');
  expect(gate.ffVariant('FICKLE', { userId: '3' })).toBe('ODD');
  expect(decisions()).toBe(3);
});

test('another user’s flags are evaluated by list and by code, with the attributes of the request', () => {
  const flags = defineFlags({
    LISTED: { variants: ['ON', 'OFF'], default: 'OFF', users: { ON: [2] } },
    CODED: {
      variants: ['ON', 'OFF'],
      default: 'OFF',
      decide: ({ userId, attributes }) => (userId === 2 && attributes.plan === 'pro' ? 'ON' : undefined),
    },
  });
  const gate = createGatekeeper({ flags }).gateFor({ userId: 1, attributes: { plan: 'pro' } });

  expect([gate.ffVariant('LISTED'), gate.ffVariant('LISTED', { userId: 2 })]).toEqual(['OFF', 'ON']);
  expect([gate.ffVariant('CODED'), gate.ffVariant('CODED', { userId: 2 })]).toEqual(['OFF', 'ON']);
});

test("the browser's override applies to another user as well", () => {
  const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT', users: { EXACT: [2] } } });
  const gate = createGatekeeper({ flags }).gateFor({ cookie: overrideCookie({ SEARCH: 'FUZZY' }), mayOverride: true });

  expect(gate.ffVariant('SEARCH', { userId: 2 })).toBe('FUZZY');
});

test('evaluating a flag for another user does not read the request’s user', () => {
  const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT', users: { FUZZY: [2] } } });
  const gate = createGatekeeper({ flags }).gateFor({
    get userId(): number {
      throw new Error("read the request's user");
    },
  });

  expect(gate.ffVariant('SEARCH', { userId: 2 })).toBe('FUZZY');
});

test.each([{ userId: undefined }, {}, undefined])(
  'ffVariant with the options %o is for the request’s user',
  (options) => {
    const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT', users: { FUZZY: [1] } } });

    expect(createGatekeeper({ flags }).gateFor({ userId: 1 }).ffVariant('SEARCH', options)).toBe('FUZZY');
  },
);

test('a page that evaluates fifty flags pins each once, in order', () => {
  let decided = 0;
  const names = Array.from({ length: 50 }, (_, at) => `FLAG_${at}`);
  const decide = () => {
    decided += 1;
    return decided % 2 === 1 ? 'ON' : 'OFF';
  };
  const entries = names.map((name) => [name, { variants: ['ON', 'OFF'], default: 'OFF', decide }] as const);
  const gate = createGatekeeper({ flags: defineFlags(Object.fromEntries(entries)) }).gateFor();

  const first = names.map((name) => gate.ffVariant(name));
  const again = names.map((name) => gate.ffVariant(name));

  expect(again).toEqual(first);
  expect(decided).toBe(50);
  expect(gate.evaluations().map(({ flag, variant }) => [flag, variant])).toEqual(
    names.map((name, at) => [name, first[at]]),
  );
});

test('a flag that is evaluated during its own evaluation is listed once, with the last one', () => {
  const flags = defineFlags({ BETA: { variants: ['ON', 'OFF'], default: 'OFF', users: { ON: ['ann'] } } });
  const gate = createGatekeeper({ flags }).gateFor({
    get userId(): string {
      return gate.ff('BETA', 'ON') ? 'nobody' : 'ann';
    },
  });

  expect(gate.ff('BETA', 'ON')).toBe(true);
  expect(gate.evaluations()).toMatchObject([{ flag: 'BETA', variant: 'ON' }]);
});
