import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  type AdapterRequest,
  createGatekeeper,
  defineFlags,
  type GatekeeperError,
} from '../../../../server-lib/index.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';

const flags = defineFlags({
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  SECRET: { variants: ['ON', 'OFF'], default: 'OFF', hidden: true },
});
const COOKIE = overrideCookie({ SEARCH: 'FUZZY', SECRET: 'ON' });

beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'production');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function open(request: AdapterRequest) {
  const errors: GatekeeperError[] = [];
  const keeper = createGatekeeper({ flags, onError: (error) => void errors.push(error) });
  return { gate: keeper.gateFor(request), errors };
}

const element = (json: string): string => `<script type="application/json" id="gatekeeper-used">${json}</script>`;

test('the element lists the flags evaluated so far, without hidden ones', () => {
  const { gate } = open({ cookie: COOKIE, mayOverride: true });

  gate.ff('SECRET', 'ON');
  gate.ff('SEARCH', 'FUZZY');
  const first = gate.usedScript();
  gate.ff('CHECKOUT', 'CLASSIC');

  expect(first).toBe(element('{"SEARCH":"FUZZY override"}'));
  expect(gate.usedScript()).toBe(element('{"SEARCH":"FUZZY override","CHECKOUT":"CLASSIC default"}'));
});

test.each([
  // cookie                             mayOverride  NODE_ENV        listed
  [COOKIE, true, 'production', true],
  [overrideCookie({}), true, 'production', true],
  [overrideCookie({ GONE: 'ON' }), true, 'production', true],
  ['gatekeeper=%', true, 'production', true],
  [undefined, true, 'production', false],
  ['session=gatekeeper', true, 'production', false],
  [COOKIE, false, 'production', false],
  [undefined, true, 'development', true],
  [undefined, undefined, 'development', true],
  [undefined, false, 'development', false],
  [COOKIE, undefined, 'production', false],
])('with the cookie %s, mayOverride %s and NODE_ENV=%s, the flags are listed: %s', (cookie, may, nodeEnv, listed) => {
  vi.stubEnv('NODE_ENV', nodeEnv);
  const { gate, errors } = open({ cookie, ...(may === undefined ? {} : { mayOverride: may }) });

  gate.ff('CHECKOUT', 'CLASSIC');

  expect(gate.usedScript()).toBe(listed ? element('{"CHECKOUT":"CLASSIC default"}') : '');
  expect(errors).toEqual([]);
});

test('a visitor without the cookie costs no check of the permission', () => {
  const mayOverride = vi.fn(() => true);
  const request: AdapterRequest = {
    cookie: 'session=7',
    get mayOverride() {
      return mayOverride();
    },
  };
  const { gate } = open(request);
  gate.ff('CHECKOUT', 'CLASSIC');

  expect(gate.usedScript()).toBe('');
  expect(mayOverride).not.toHaveBeenCalled();
});

test('before the first flag the element is empty, and the response is private already', () => {
  const onUsedScript = vi.fn(() => true);
  const { gate } = open({ cookie: COOKIE, mayOverride: true, onUsedScript });

  expect(gate.usedScript()).toBe('');
  expect(onUsedScript).toHaveBeenCalledOnce();
});

test('inside withoutOverrides, the page still lists what it used', () => {
  const { gate } = open({ cookie: COOKIE, mayOverride: true });
  gate.ff('SEARCH', 'FUZZY');

  expect(gate.withoutOverrides(() => gate.usedScript())).toBe(element('{"SEARCH":"FUZZY override"}'));
});

test('a response that a shared cache may store is reported once, with what to do', () => {
  const { gate, errors } = open({ cookie: COOKIE, mayOverride: true, onUsedScript: () => false });
  gate.ff('SEARCH', 'FUZZY');

  const found = [gate.usedScript(), gate.usedScript()];

  expect(found).toEqual(Array(2).fill(element('{"SEARCH":"FUZZY override"}')));
  expect(errors.map(({ code }) => code)).toEqual(['ERR_GK_USED_SCRIPT']);
  expect(errors[0]?.message).toContain('evaluate a flag, or call usedScript(), before the headers are sent');
});

test.each([
  ['rejects', () => Promise.reject(new Error('late'))],
  [
    'throws',
    () => {
      throw new Error('at once');
    },
  ],
])('an onUsedScript that %s is reported, and the page gets its element', async (_how, onUsedScript) => {
  const { gate, errors } = open({ cookie: COOKIE, mayOverride: true, onUsedScript: onUsedScript as never });
  gate.ff('SEARCH', 'FUZZY');

  expect(gate.usedScript()).toContain('FUZZY override');
  await vi.waitFor(() => expect(errors.map(({ code }) => code)).toEqual(['ERR_GK_REQUEST']));
});
