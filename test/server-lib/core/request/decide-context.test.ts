import { expect, test } from 'vitest';
import { type Attributes, createGatekeeper, defineFlags } from '../../../../server-lib/index.ts';
import { errorLog } from '../../../fakes/error-log.ts';

test('decide receives the user, the attributes, the session, the request and the application', () => {
  const [request, session, app] = [{ url: '/' }, { cart: 2 }, { name: 'shop' }] as never[];
  const seen: unknown[] = [];
  const spying = defineFlags({
    SPY: {
      variants: ['ON', 'OFF'],
      default: 'OFF',
      decide: (context) => {
        seen.push(context.userId, context.attributes, context.session, context.request, context.app);
        return 'ON';
      },
    },
  });

  createGatekeeper({ flags: spying })
    .gateFor({ userId: 7, attributes: { plan: 'pro' }, session, request, app } as never)
    .ff('SPY', 'ON');

  expect(seen).toEqual([7, { plan: 'pro' }, { cart: 2 }, { url: '/' }, { name: 'shop' }]);
});

test('attributes are read once per request, and only if decide reads them', () => {
  let reads = 0;
  const decide = ({ attributes }: { readonly attributes: Attributes }) => (attributes.plan === 'pro' ? 'ON' : 'OFF');
  const planned = defineFlags({
    A: { variants: ['ON', 'OFF'], default: 'OFF', decide },
    B: { variants: ['ON', 'OFF'], default: 'OFF', decide },
    NOT_LOOKING: { variants: ['ON', 'OFF'], default: 'OFF', decide: () => 'ON' },
  });
  const gate = createGatekeeper({ flags: planned }).gateFor({
    get attributes() {
      reads += 1;
      return { plan: 'pro' };
    },
  });

  gate.ff('NOT_LOOKING', 'ON');
  expect(reads).toBe(0);
  expect([gate.ffVariant('A'), gate.ffVariant('B')]).toEqual(['ON', 'ON']);
  expect(reads).toBe(1);
});

test('without any fields of the request, decide receives undefined fields and empty attributes', () => {
  let seen: unknown;
  const flags = defineFlags({
    SPY: {
      variants: ['ON'],
      default: 'ON',
      decide: (context) => {
        seen = { ...context };
        return undefined;
      },
    },
  });

  createGatekeeper({ flags }).gateFor().ff('SPY', 'ON');

  expect(seen).toEqual({
    userId: undefined,
    attributes: {},
    now: expect.any(Date),
    session: undefined,
    request: undefined,
    app: undefined,
  });
});

test('decide cannot change the empty attributes of the next request', () => {
  const log = errorLog();
  const flags = defineFlags({
    FIRST: {
      variants: ['YES', 'NO'],
      default: 'NO',
      decide: ({ attributes }) => {
        if (attributes.seen) return 'NO';
        Object.assign(attributes, { seen: true });
        return 'YES';
      },
    },
  });
  const keeper = createGatekeeper({ flags, ...log });

  expect([1, 2].map(() => keeper.gateFor().explain('FIRST').source)).toEqual(['error', 'error']);
  expect(log.codes).toEqual(['ERR_GK_DECIDE_THREW', 'ERR_GK_DECIDE_THREW']);
});
