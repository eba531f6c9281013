import { expect, test } from 'vitest';
import { createGatekeeper, defineFlags } from '../../../server-lib/index.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { manifestOf } from '../../helpers/protocol/manifest-of.ts';

const SEARCH = { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } as const;
const ON = { variants: ['ON', 'OFF'], default: 'OFF' } as const;

test.each([
  { sends: {} },
  { sends: { SECRET: 'ON' } },
  { sends: { SECRET: 'GONE' } },
  { sends: { SECRET: 7 } },
  { sends: { LOCKED_SECRET: 'ON' } },
  { sends: { SECRET: 'ON', LOCKED_SECRET: 'ON', SEARCH: 'FUZZY' } },
])('the manifest for a browser that sends $sends contains no hidden flag', ({ sends }) => {
  const flags = defineFlags({
    SEARCH,
    SECRET: { ...ON, hidden: true },
    LOCKED_SECRET: { ...ON, hidden: true, overridable: false },
  });
  const keeper = createGatekeeper({
    flags,
    scenarios: [
      { name: 'Search', overrides: { SEARCH: 'FUZZY' } },
      { name: 'The big SECRET', overrides: { SEARCH: 'FUZZY', SECRET: 'ON' } },
    ],
  });
  const gate = keeper.gateFor({ cookie: overrideCookie(sends), mayOverride: true });

  const manifest = manifestOf(keeper, gate);

  expect(JSON.stringify(manifest)).not.toContain('SECRET');
  expect(manifest.flags.map(({ name }) => name)).toEqual(['SEARCH']);
  expect(manifest.scenarios).toEqual([{ name: 'Search', overrides: { SEARCH: 'FUZZY' } }]);
});

test('a flag that says hidden: false is listed', () => {
  const keeper = createGatekeeper({ flags: defineFlags({ SEARCH: { ...SEARCH, hidden: false } }) });

  const [flag] = manifestOf(keeper, keeper.gateFor()).flags;

  expect(flag).toMatchObject({ name: 'SEARCH' });
  expect(flag).not.toHaveProperty('hidden');
});

test('a hidden flag does not change the revision', () => {
  const revision = (flags: object) => {
    const keeper = createGatekeeper({ flags: flags as Record<string, typeof ON> });
    return manifestOf(keeper, keeper.gateFor()).revision;
  };

  expect(revision({ ON, SECRET: { ...ON, hidden: true } })).toBe(revision({ ON }));
});

test.each([
  { change: 'a description', flag: { ...ON, description: 'new' } },
  { change: 'a default', flag: { ...ON, default: 'ON' } },
  { change: 'a variant', flag: { ...ON, variants: ['ON', 'OFF', 'HALF'] } },
  { change: 'a user', flag: { ...ON, users: { ON: [1] } } },
  { change: 'the code that decides', flag: { ...ON, decide: () => 'ON' } },
  { change: 'the lock', flag: { ...ON, overridable: false } },
])('the revision changes with $change, and stays without a change', ({ flag }) => {
  const revision = (one: object) => {
    const keeper = createGatekeeper({ flags: { FLAG: one as typeof ON } });
    return manifestOf(keeper, keeper.gateFor()).revision;
  };

  expect(revision(flag)).toBe(revision({ ...flag }));
  expect(revision(flag)).not.toBe(revision(ON));
});

test('fields that are not in the protocol are not published', () => {
  const flags = { SEARCH: { ...SEARCH, internalNote: 'the launch is in March' } };
  const keeper = createGatekeeper({ flags });

  expect(JSON.stringify(manifestOf(keeper, keeper.gateFor()))).not.toContain('March');
});
