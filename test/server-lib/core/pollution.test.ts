import { afterEach, expect, test, vi } from 'vitest';
import { createGatekeeper, defineFlags } from '../../../server-lib/index.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { withPollutedPrototype } from '../../helpers/polluted-prototype.ts';
import { manifestOf } from '../../helpers/protocol/manifest-of.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

// Fields that every object inherits after a faulty merge has written untrusted JSON to Object.prototype.
const POLLUTION = {
  FLAG_A: 'ON',
  SEARCH: 'FUZZY',
  ON: ['ann'],
  allowOverrides: () => true,
  onError: () => {
    throw new Error('polluted');
  },
  mayOverride: true,
  overridable: true,
  hidden: true,
  users: { FUZZY: ['ann'] },
  decide: () => 'FUZZY',
  variants: ['POLLUTED'],
  default: 'FUZZY',
  name: 'Polluted',
  app: 'Polluted',
  errorCode: 'GENERAL',
  user: { variant: 'FUZZY' },
  environment: 'polluted',
  scenarios: [{ name: 'polluted', overrides: {} }],
  override: { variant: 'FUZZY' },
  code: 'locked',
  problem: 'malformed',
};

function started() {
  const flags = defineFlags({
    SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
    CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
    LOCKED: { variants: ['ON', 'OFF'], default: 'OFF', overridable: false },
    CODED: { variants: ['ON', 'OFF'], default: 'OFF', decide: ({ attributes }) => (attributes.FLAG_A ? 'ON' : 'OFF') },
    BROKEN: { variants: ['ON', 'OFF'], default: 'OFF', decide: () => 'NO' as 'ON' },
  });
  return createGatekeeper({ flags });
}

/** Every value that a visitor can receive. */
function visibleValues(keeper: ReturnType<typeof started>) {
  const cookie = overrideCookie({ CHECKOUT: 'ONE_PAGE', LOCKED: 'ON', FLAG_A: 'ON' });
  const gate = keeper.gateFor({ cookie, userId: 'ann' });
  const manifest = JSON.stringify(manifestOf(keeper, gate));
  const evaluations = (['SEARCH', 'CHECKOUT', 'LOCKED', 'CODED', 'BROKEN'] as const).map((flag) => gate.explain(flag));
  const unknown = (gate as never as { ffVariant(flag: string): unknown }).ffVariant('FLAG_A');
  return { manifest, evaluations, unknown, mayOverride: gate.mayOverride(), overrides: gate.browserOverrides() };
}

test.each(['production', 'test'])(
  'with a polluted Object.prototype and NODE_ENV %s, visitors get the same values',
  (nodeEnv) => {
    vi.stubEnv('NODE_ENV', nodeEnv);
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const clean = visibleValues(started());
    const keeper = started();

    expect(withPollutedPrototype(POLLUTION, () => visibleValues(started()))).toEqual(clean);
    expect(withPollutedPrototype(POLLUTION, () => visibleValues(keeper))).toEqual(clean);

    expect(clean.mayOverride).toBe(nodeEnv === 'test');
    expect(clean.evaluations[1]?.variant).toBe(nodeEnv === 'test' ? 'ONE_PAGE' : 'CLASSIC');
  },
);

test('the prototype is clean again after the test', () => {
  withPollutedPrototype(POLLUTION, () => {});

  expect(({} as { FLAG_A?: string }).FLAG_A).toBeUndefined();
});
