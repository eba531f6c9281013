import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createGatekeeper, type Exposure, type FlagDefinition } from '../../../../server-lib/index.ts';
import { errorLog } from '../../../fakes/error-log.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { manifestOf } from '../../../helpers/protocol/manifest-of.ts';
import { unhandledRejections } from '../../../helpers/unhandled-rejections.ts';

const SEARCH = { variants: ['EXACT', 'FUZZY'], default: 'EXACT', users: { FUZZY: [7] } } satisfies FlagDefinition;
const flags = { SEARCH };

test('each flag, variant and user is reported once, with the source', () => {
  const received: Exposure[] = [];
  const keeper = createGatekeeper({ flags, onEvaluate: (exposure) => received.push(exposure) });

  for (const userId of [7, 8, 7, 8]) keeper.gateFor({ userId }).ff('SEARCH', 'FUZZY');

  expect(received).toEqual([
    {
      flag: 'SEARCH',
      variant: 'FUZZY',
      value: 'FUZZY',
      source: 'user',
      reason: 'TARGETING_MATCH',
      userId: '7',
      revision: undefined,
    },
    {
      flag: 'SEARCH',
      variant: 'EXACT',
      value: 'EXACT',
      source: 'default',
      reason: 'DEFAULT',
      userId: '8',
      revision: undefined,
    },
  ]);
});

test('no user and a user with an empty id are different users', () => {
  const received: (string | undefined)[] = [];
  const keeper = createGatekeeper({ flags, onEvaluate: ({ userId }) => received.push(userId) });

  for (const userId of [undefined, '', undefined]) keeper.gateFor({ userId }).ff('SEARCH', 'FUZZY');

  expect(received).toEqual([undefined, '']);
});

test('an exposure has the revision of the rules', () => {
  const received: Exposure[] = [];
  const variants = { EXACT: 1, FUZZY: 2 };
  const rules = { flags: { SEARCH: { state: 'ENABLED', variants, defaultVariant: 'FUZZY' } } };
  const keeper = createGatekeeper({ flags, rules, onEvaluate: (exposure) => received.push(exposure) });

  keeper.gateFor({ userId: 8 }).ffVariant('SEARCH');

  expect(received).toMatchObject([{ variant: 'FUZZY', source: 'rule', revision: keeper.health().revision }]);
});

test.each([
  [{}, []],
  [{ overrides: true }, ['FUZZY override']],
])('with %j an override is reported as %j', (exposures, expected) => {
  const received: string[] = [];
  const onEvaluate = ({ variant, source }: Exposure) => received.push(`${variant} ${source}`);
  const keeper = createGatekeeper({ flags, exposures, onEvaluate });

  keeper.gateFor({ cookie: overrideCookie({ SEARCH: 'FUZZY' }), mayOverride: true, userId: 8 }).ff('SEARCH', 'FUZZY');

  expect(received).toEqual(expected);
});

test('beyond the window, the least recent combination is reported again', () => {
  const received: (string | undefined)[] = [];
  const onEvaluate = ({ userId }: Exposure) => received.push(userId);
  const keeper = createGatekeeper({ flags, exposures: { window: 2 }, onEvaluate });

  for (const userId of ['a', 'b', 'a', 'c', 'a', 'b']) keeper.gateFor({ userId }).ff('SEARCH', 'FUZZY');

  expect(received).toEqual(['a', 'b', 'c', 'b']);
});

test('the manifest reports no exposure', () => {
  const received: Exposure[] = [];
  const keeper = createGatekeeper({ flags, onEvaluate: (exposure) => received.push(exposure) });

  manifestOf(keeper, keeper.gateFor({ userId: 7, mayOverride: true }));

  expect(received).toEqual([]);
});

test('if onEvaluate or userId fails, the page still gets its variant', () => {
  const log = errorLog();
  const onEvaluate = (): never => {
    throw new Error('the queue is full');
  };
  const keeper = createGatekeeper({
    flags: { PLAIN: { variants: ['ON'], default: 'ON' } },
    onEvaluate,
    onError: log.onError,
  });
  const gate = keeper.gateFor({
    get userId(): never {
      throw new Error('no session store');
    },
  });

  expect(gate.ff('PLAIN', 'ON')).toBe(true);
  expect(log.codes).toEqual(['ERR_GK_USER_ID', 'ERR_GK_ON_EVALUATE']);
  expect(log.errors[0]?.message).toBe('userId threw; onEvaluate gets no userId');
});

test.each([{ window: 0 }, { window: 1.5 }, { overrides: 1 }])('exposures %j are refused', (exposures) => {
  expect(() => createGatekeeper({ flags, exposures: exposures as never })).toThrow(
    expect.objectContaining({ code: 'ERR_GK_OPTIONS' }),
  );
});

test('an async onEvaluate that rejects is reported once; one that resolves is not', async () => {
  const log = errorLog();
  const cause = new Error('the queue is full');
  const onEvaluate = async ({ variant }: Exposure) => {
    if (variant === 'EXACT') throw cause;
  };
  const keeper = createGatekeeper({ flags, onEvaluate, onError: log.onError });

  const rejections = await unhandledRejections(() => {
    for (const userId of [7, 8, 8]) keeper.gateFor({ userId }).ff('SEARCH', 'FUZZY');
  });

  expect(rejections).toEqual([]);
  expect(log.errors).toMatchObject([
    { code: 'ERR_GK_ON_EVALUATE', message: 'Flag SEARCH: onEvaluate rejected', flag: 'SEARCH', cause },
  ]);
});

test('for ids of 12,000 characters, the window stores only digests', () => {
  const received: unknown[] = [];
  const keeper = createGatekeeper({ flags, onEvaluate: ({ userId }) => received.push(userId?.length) });
  const id = (user: number): string => `${user}`.padStart(12_000, 'x');
  const before = liveBytes();

  for (let user = 0; user < 5_000; user++) keeper.gateFor({ userId: id(user) }).ff('SEARCH', 'FUZZY');
  const growth = liveBytes() - before;
  keeper.gateFor({ userId: id(4_999) }).ff('SEARCH', 'FUZZY');

  expect(received).toHaveLength(5_000);
  expect(growth).toBeLessThan(40_000_000);
});

/** The bytes of the heap after a garbage collection. */
function liveBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
