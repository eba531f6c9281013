import { expect, test } from 'vitest';
import { type AdapterRequest, createGatekeeper, defineFlags } from '../../../../server-lib/index.ts';
import { errorLog } from '../../../fakes/error-log.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';

const flags = defineFlags({
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  PAYMENTS: { variants: ['OPEN', 'CLOSED'], default: 'OPEN', overridable: false },
});
const headersSent = () => {
  throw new Error('Cannot set headers after they are sent to the client');
};

// Cookies of 4,096 bytes and of one byte more, after SEARCH is added.
const full = (bytes: number) => {
  const [name, value] = overrideCookie({ OLD: '', SEARCH: 'FUZZY' }).split('=') as [string, string];
  return { OLD: 'x'.repeat(bytes - name.length - value.length) };
};

interface Refusal {
  readonly when: string;
  readonly request?: AdapterRequest;
  readonly flag?: string;
  readonly variant?: unknown;
  readonly says: string;
}

test.each<Refusal>([
  { when: 'there is no such flag', flag: 'SAERCH', says: 'there is no such flag; did you mean "SEARCH"?' },
  { when: 'only a prototype has the flag', flag: 'constructor', says: 'there is no such flag' },
  {
    when: 'there is no such variant',
    variant: 'FUZY',
    says: 'there is no such variant; the variants are EXACT, FUZZY',
  },
  {
    when: 'the variant is undefined',
    variant: undefined,
    says: 'there is no such variant; the variants are EXACT, FUZZY',
  },
  { when: 'the variant is null', variant: null, says: 'there is no such variant; the variants are EXACT, FUZZY' },
  { when: 'the flag is locked', flag: 'PAYMENTS', variant: 'CLOSED', says: 'the flag is not overridable' },
  { when: 'the request may not override', request: { mayOverride: false }, says: 'this request may not override' },
  {
    when: 'the request may not override, not even to clear',
    request: { mayOverride: false },
    variant: '',
    says: 'this request may not override',
  },
  {
    when: 'the gate knows no response',
    request: { setCookie: undefined },
    says: 'there is no response to set the cookie on',
  },
  {
    when: 'the response has begun',
    request: { setCookie: headersSent },
    says: 'the response has started; set the override before the first byte is sent',
  },
  {
    when: 'the cookie would grow past what browsers keep',
    request: { cookie: overrideCookie(full(4_097)) },
    says: 'the cookie would be 1 byte too large; remove other overrides first',
  },
])('nothing is set if $when, and onError gets the reason', ({ request, flag = 'SEARCH', says, ...rest }) => {
  const variant = 'variant' in rest ? rest.variant : 'FUZZY';
  const log = errorLog();
  const lines: string[] = [];
  const setCookie = (line: string) => void lines.push(line);
  const gate = createGatekeeper({ flags, ...log }).gateFor({ mayOverride: true, setCookie, ...request });

  expect(gate.setBrowserOverrideVariant(flag as 'SEARCH', variant as 'FUZZY')).toBe(false);

  expect(lines).toEqual([]);
  expect(log.errors).toEqual([expect.objectContaining({ code: 'ERR_GK_OVERRIDE_NOT_SET', flag })]);
  expect(log.errors[0]?.message).toBe(`Flag "${flag}": the override is not set: ${says}`);
});

test('a cookie of exactly 4,096 bytes is set', () => {
  const lines: string[] = [];
  const setCookie = (line: string) => void lines.push(line);
  const cookie = overrideCookie(full(4_096));
  const gate = createGatekeeper({ flags }).gateFor({ mayOverride: true, setCookie, cookie });

  expect(gate.setBrowserOverrideVariant('SEARCH', 'FUZZY')).toBe(true);

  const [name, value] = (lines[0]?.split(';')[0] ?? '').split('=') as [string, string];
  expect(name.length + value.length).toBe(4_096);
});

test('a refused change does not affect the next one', () => {
  const lines: string[] = [];
  const setCookie = (line: string) => void lines.push(line);
  const gate = createGatekeeper({ flags, onError: () => {} }).gateFor({ mayOverride: true, setCookie });

  gate.setBrowserOverrideVariant('SEARCH', 'FUZY' as 'FUZZY');
  gate.setBrowserOverrideVariant('SEARCH', 'EXACT');

  expect(lines.map((line) => line.split(';')[0])).toEqual([overrideCookie({ SEARCH: 'EXACT' })]);
});

test('a policy cannot set an override, and its attempt does not affect later changes', () => {
  const lines: string[] = [];
  const setCookie = (line: string) => void lines.push(line);
  const gate = createGatekeeper({ flags, onError: () => {} }).gateFor({
    cookie: overrideCookie({ OLD: 'ON' }),
    setCookie,
    get mayOverride() {
      return !gate.setBrowserOverrideVariant('SEARCH', 'EXACT');
    },
  });

  expect(gate.mayOverride()).toBe(true);
  expect(gate.setBrowserOverrideVariant('SEARCH', 'FUZZY')).toBe(true);

  expect(lines.map((line) => line.split(';')[0])).toEqual([overrideCookie({ OLD: 'ON', SEARCH: 'FUZZY' })]);
});
