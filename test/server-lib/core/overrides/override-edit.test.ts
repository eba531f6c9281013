import { expect, test } from 'vitest';
import { type AdapterRequest, createGatekeeper, defineFlags } from '../../../../server-lib/index.ts';
import { type ErrorLog, errorLog } from '../../../fakes/error-log.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';

const flags = defineFlags({
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  PAYMENTS: { variants: ['OPEN', 'CLOSED'], default: 'OPEN', overridable: false },
});
const STORED = '; Path=/; Max-Age=604800; SameSite=Lax';

/** A gate that may override, and the `Set-Cookie` lines that it has set. */
function editing(request: AdapterRequest = {}, log: ErrorLog = errorLog()) {
  const lines: string[] = [];
  const setCookie = (line: string) => {
    lines.push(line);
  };
  const gate = createGatekeeper({ flags, ...log }).gateFor({ mayOverride: true, setCookie, ...request });
  return { gate, lines, log };
}

test.each([
  // The browser's cookie, the flag, the variant, and the cookie from the next request on.
  { before: {}, flag: 'SEARCH', variant: 'FUZZY', after: { SEARCH: 'FUZZY' } },
  { before: { SEARCH: 'EXACT' }, flag: 'SEARCH', variant: 'FUZZY', after: { SEARCH: 'FUZZY' } },
  {
    before: { SEARCH: 'FUZZY' },
    flag: 'CHECKOUT',
    variant: 'ONE_PAGE',
    after: { CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' },
  },
  { before: { OLD: 'ON' }, flag: 'SEARCH', variant: 'FUZZY', after: { OLD: 'ON', SEARCH: 'FUZZY' } },
  { before: { PAYMENTS: 'CLOSED' }, flag: 'SEARCH', variant: 'FUZZY', after: { PAYMENTS: 'CLOSED', SEARCH: 'FUZZY' } },
  { before: { SEARCH: 'GONE' }, flag: 'CHECKOUT', variant: 'CLASSIC', after: { CHECKOUT: 'CLASSIC', SEARCH: 'GONE' } },
  { before: { SEARCH: 'FUZZY', OLD: 'ON' }, flag: 'SEARCH', variant: '', after: { OLD: 'ON' } },
  { before: { OLD: 'ON', SEARCH: 'FUZZY' }, flag: 'OLD', variant: '', after: { SEARCH: 'FUZZY' } },
  { before: { PAYMENTS: 'CLOSED', SEARCH: 'FUZZY' }, flag: 'PAYMENTS', variant: '', after: { SEARCH: 'FUZZY' } },
])('$before with $flag set to "$variant" becomes $after', ({ before, flag, variant, after }) => {
  const { gate, lines, log } = editing({ cookie: overrideCookie(before) });

  expect(gate.setBrowserOverrideVariant(flag as 'SEARCH', variant as 'FUZZY')).toBe(true);

  expect(lines).toEqual([overrideCookie(after) + STORED]);
  expect(log.errors).toEqual([]);
});

test('removing the last override deletes the cookie', () => {
  const { gate, lines } = editing({ cookie: overrideCookie({ SEARCH: 'FUZZY' }) });

  expect(gate.setBrowserOverrideVariant('SEARCH', '')).toBe(true);

  expect(lines).toEqual(['gatekeeper=; Path=/; Max-Age=0; SameSite=Lax']);
});

test('several changes in one response build on each other', () => {
  const { gate, lines } = editing({ cookie: overrideCookie({ SEARCH: 'FUZZY' }) });

  gate.setBrowserOverrideVariant('CHECKOUT', 'ONE_PAGE');
  gate.setBrowserOverrideVariant('SEARCH', '');

  expect(lines.at(-1)).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE' }) + STORED);
});

test('an unreadable cookie is replaced', () => {
  const { gate, lines } = editing({ cookie: 'gatekeeper={"SEARCH":' });

  gate.setBrowserOverrideVariant('SEARCH', 'FUZZY');

  expect(lines).toEqual([overrideCookie({ SEARCH: 'FUZZY' }) + STORED]);
});

test('on https the cookie is Secure', () => {
  const { gate, lines } = editing({ secure: true });

  gate.setBrowserOverrideVariant('SEARCH', 'FUZZY');

  expect(lines).toEqual([`${overrideCookie({ SEARCH: 'FUZZY' })}${STORED}; Secure`]);
});

test('a change applies from the next request on: this one keeps its variants', () => {
  const { gate } = editing();

  gate.setBrowserOverrideVariant('SEARCH', 'FUZZY');

  expect(gate.ffVariant('SEARCH')).toBe('EXACT');
  expect(gate.browserOverrides()).toEqual({});
});

test('the cookie that it sets gives the same overrides on the next request', () => {
  const { gate, lines } = editing();
  gate.setBrowserOverrideVariant('SEARCH', 'FUZZY');

  const next = editing({ cookie: lines[0]?.split(';')[0] });

  expect(next.gate.explain('SEARCH')).toMatchObject({ variant: 'FUZZY', source: 'override' });
});
