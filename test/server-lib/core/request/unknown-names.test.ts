import { expect, test } from 'vitest';
import { createGatekeeper, defineFlags, type Gate } from '../../../../server-lib/index.ts';
import { errorLog } from '../../../fakes/error-log.ts';

const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });

/** The gate for code without type checks, such as a template or a script. */
function untyped(gate: Gate<typeof flags>): Gate<Record<string, never>> {
  return gate as never;
}

test.each(['SAERCH', 'search', '', 'constructor', '__proto__', 'toString', 'SEARCH '])(
  'the unknown flag %o has no variant, is never on, and is reported by name once per request',
  (name) => {
    const log = errorLog();
    const gate = untyped(createGatekeeper({ flags, ...log }).gateFor());

    expect(gate.ff(name, 'EXACT' as never)).toBe(false);
    expect(gate.featureFlag(name, 'EXACT' as never)).toBe(false);
    expect(gate.ffVariant(name)).toBeUndefined();
    expect(gate.ffVariant(name, { userId: 7 })).toBeUndefined();
    expect(gate.explain(name)).toBeUndefined();
    expect(log.errors).toEqual([expect.objectContaining({ code: 'ERR_GK_UNKNOWN_FLAG', flag: name })]);
    const suggestion = ['SAERCH', 'search', 'SEARCH '].includes(name) ? '; did you mean "SEARCH"?' : '';
    expect(log.errors[0]?.message).toBe(
      `Flag ${JSON.stringify(name)}: there is no such flag, so ff() is always false${suggestion}`,
    );
  },
);

test.each([undefined, null, 7, {}, Symbol('flag')])('a flag called %o is unknown and causes no exception', (name) => {
  const log = errorLog();
  const gate = untyped(createGatekeeper({ flags, ...log }).gateFor());

  expect(gate.ff(name as never, 'EXACT' as never)).toBe(false);
  expect(gate.ffVariant(name as never)).toBeUndefined();
  expect(log.codes).toEqual(['ERR_GK_UNKNOWN_FLAG']);
});

test.each(['FUZY', 'exact', '', 'constructor', undefined, null, 7])('the unknown variant %o is never on', (variant) => {
  const log = errorLog();
  const gate = untyped(createGatekeeper({ flags, ...log }).gateFor());

  expect(gate.ff('SEARCH', variant as never)).toBe(false);
  expect(gate.ff('SEARCH', variant as never)).toBe(false);
  expect(log.errors).toEqual([expect.objectContaining({ code: 'ERR_GK_UNKNOWN_VARIANT', flag: 'SEARCH' })]);
});

test.each<{ readonly call: 'ff' | 'ffVariant' | 'explain'; readonly says: string }>([
  { call: 'ff', says: 'ff() is always false' },
  { call: 'ffVariant', says: 'ffVariant() returns undefined' },
  { call: 'explain', says: 'explain() returns undefined' },
])('an unknown flag in $call is reported with the result of $call', ({ call, says }) => {
  const log = errorLog();
  const gate = untyped(createGatekeeper({ flags, ...log }).gateFor());

  gate[call]('SAERCH', 'EXACT' as never);

  expect(log.errors[0]?.message).toBe(`Flag "SAERCH": there is no such flag, so ${says}; did you mean "SEARCH"?`);
});

test.each(['ann', '', 7, 0, false, null, [], () => 'ann', { userID: 'ann' }, { user: 'ann' }])(
  'ffVariant with %o instead of { userId } is reported, and returns the current user’s variant',
  (options) => {
    const log = errorLog();
    const gate = createGatekeeper({ flags, ...log }).gateFor();

    expect(gate.ffVariant('SEARCH', options as never)).toBe('EXACT');
    expect(log.errors.map(({ message }) => message)).toEqual([
      'Flag "SEARCH": the second argument of ffVariant() must be { userId }',
    ]);
  },
);

test('an unknown variant is reported with the nearest one, each variant once per request', () => {
  const log = errorLog();
  const gate = untyped(createGatekeeper({ flags, ...log }).gateFor());

  for (const variant of ['FUZY', 'FUZY', 'EXCAT']) gate.ff('SEARCH', variant as never);

  expect(log.errors.map(({ message }) => message)).toEqual([
    'Flag "SEARCH": it has no variant "FUZY", so ff() is always false; did you mean "FUZZY"?',
    'Flag "SEARCH": it has no variant "EXCAT", so ff() is always false; did you mean "EXACT"?',
  ]);
});

test('an unknown name does not affect a known one', () => {
  const log = errorLog();
  const gate = untyped(createGatekeeper({ flags, ...log }).gateFor());

  gate.ff('SAERCH', 'EXACT' as never);

  expect(gate.ff('SEARCH', 'EXACT' as never)).toBe(true);
  expect(gate.ff('SEARCH', 'FUZZY' as never)).toBe(false);
  expect(log.codes).toEqual(['ERR_GK_UNKNOWN_FLAG']);
});

test('each request reports its own errors', () => {
  const log = errorLog();
  const keeper = createGatekeeper({ flags, ...log });

  untyped(keeper.gateFor()).ffVariant('SAERCH');
  untyped(keeper.gateFor()).ffVariant('SAERCH');

  expect(log.codes).toEqual(['ERR_GK_UNKNOWN_FLAG', 'ERR_GK_UNKNOWN_FLAG']);
});
