import '../../../helpers/vitest/english.ts';
import { cleanup, fireEvent, render } from '@testing-library/preact';
import { expect, test } from 'vitest';
import {
  addRequest,
  expandEntry,
  INITIAL_PANEL,
  type PanelActions,
  type PanelState,
  showEarlier,
} from '../../../../extension/app/requests/panel-state.ts';
import type { SessionState } from '../../../../extension/app/session/session-state.ts';
import { Panel } from '../../../../extension/ui/requests/panel.tsx';
import { request } from '../../app/requests/logged-requests.ts';
import { flagsState } from '../popup/states.ts';

const SHOP = 'https://shop.example';
const manyFlags = (count: number) => Array.from({ length: count }, (_, at) => `F${at} ON default` as const);

/** Draws the panel in place of the one of the test before; `asked` is what its reader asked for. */
function drawn(state: PanelState, session: SessionState = { kind: 'loading' }, canReach = true) {
  cleanup();
  const asked: string[] = [];
  const recorded =
    (name: string) =>
    (...values: readonly unknown[]) => {
      const told = values.filter((value) => !(value instanceof Event)).map((value) => JSON.stringify(value));
      asked.push([name, ...told].join(' '));
    };
  const actions = new Proxy({}, { get: (_, name) => recorded(String(name)) }) as PanelActions;
  const { container } = render(<Panel state={state} session={session} canReach={canReach} actions={actions} />);
  const all = (selector: string) => [...container.querySelectorAll<HTMLElement>(selector)];
  return { asked, all, texts: (selector: string) => all(selector).map(({ textContent }) => textContent) };
}

const PAGE = [
  request(`${SHOP}/`, ['CHECKOUT ONE_PAGE override', 'SEARCH EXACT default'], { startedAt: 1 }),
  request(`${SHOP}/api/ping`, [], { type: 'fetch', method: 'POST', status: 503, startedAt: 2 }),
  request('https://api.example/prices', ['PRICES NEW error'], { type: 'fetch', startedAt: 3, more: 7 }),
].reduce(addRequest, INITIAL_PANEL);

test('each request says what was asked and which flags its answer was rendered with', () => {
  const { texts } = drawn(PAGE);

  expect(texts('.address')).toEqual(['/', '/api/ping', 'https://api.example/prices']);
  expect(texts('.asked .status')).toEqual(['200', '503', '200']);
  expect(texts('.evaluated')).toEqual([
    'CHECKOUT ONE_PAGE your overrideSEARCH EXACT default',
    'no flags',
    'PRICES NEW default after an error7 more flags did not fit in the header',
  ]);
  expect(texts('.mine')).toEqual(['CHECKOUT ONE_PAGE your override']);
  expect(texts('.wrong')).toEqual(['PRICES NEW default after an error']);
  expect(texts('.sum')).toEqual(['3 of 3 requests']);
});

test('of a request with many flags the first are drawn, and all of them when that is asked for', () => {
  const state = addRequest(INITIAL_PANEL, request(`${SHOP}/`, manyFlags(40)));
  const folded = drawn(state);

  expect(folded.all('[data-evaluated]')).toHaveLength(12);
  fireEvent.click(folded.all('.evaluated .link')[0] as HTMLElement);
  expect(folded.asked).toEqual(['expand 1']);
  expect(drawn(expandEntry(state, 1)).all('[data-evaluated]')).toHaveLength(40);
});

test('of a long log the newest 200 are drawn, and earlier ones when that is asked for', () => {
  let state = INITIAL_PANEL;
  for (let at = 0; at < 500; at++) state = addRequest(state, request(`${SHOP}/${at}`, [], { startedAt: at }));
  const { texts, all, asked } = drawn(state);

  expect(texts('.address').at(0)).toBe('/300');
  expect(texts('.address').at(-1)).toBe('/499');
  fireEvent.click(all('.earlier button')[0] as HTMLElement);
  expect(asked).toEqual(['showEarlier']);
  expect(drawn(showEarlier(state)).texts('.address').at(0)).toBe('/100');
});

test('the filters ask for what they are set to', () => {
  const { all, asked } = drawn(PAGE);
  const [types, flags] = all('select') as HTMLSelectElement[];

  fireEvent.input(all('input[type=search]')[0] as HTMLElement, { target: { value: 'search' } });
  fireEvent.change(types as HTMLElement, { target: { value: 'fetch' } });
  fireEvent.change(flags as HTMLElement, { target: { value: 'overridden' } });

  expect(asked).toEqual(['filter {"text":"search"}', 'filter {"type":"fetch"}', 'filter {"flags":"overridden"}']);
});

test('a log without a request says what to do, and one that the filters empty says so', () => {
  const filtered = { ...PAGE, filter: { ...PAGE.filter, text: 'nothing of the kind' } };

  expect(drawn(INITIAL_PANEL).texts('[role=status] h2')).toEqual(['No requests yet']);
  expect(drawn(filtered).texts('[role=status] h2')).toEqual(['Nothing found']);
});

test('one Tab leads to the newest request’s first flag, and the arrows from there to every other', () => {
  const { all } = drawn(PAGE);
  const name = () => (document.activeElement as HTMLElement).dataset.evaluated;
  const press = (key: string) => fireEvent.keyDown(document.activeElement as HTMLElement, { key });
  const walk = (...keys: readonly string[]) =>
    keys.map((key) => {
      press(key);
      return name();
    });

  const stops = all('[data-evaluated]').filter(({ tabIndex }) => tabIndex === 0);
  stops[0]?.focus();

  expect(stops.map(({ dataset }) => dataset.evaluated)).toEqual(['PRICES']);
  expect(walk('ArrowUp', 'ArrowRight', 'ArrowRight', 'ArrowDown', 'Home', 'End', 'ArrowDown')).toEqual([
    'CHECKOUT',
    'SEARCH',
    'SEARCH',
    'PRICES',
    'CHECKOUT',
    'PRICES',
    'PRICES',
  ]);
});

test('a flag that is clicked is asked for, and its card offers the site’s variants', () => {
  const { all, asked } = drawn(PAGE);
  fireEvent.click(all('[data-evaluated=SEARCH]')[0] as HTMLElement);
  const session = flagsState([
    { name: 'CHECKOUT', variants: ['ON', 'OFF'] },
    { name: 'SEARCH', variants: ['A', 'B'] },
  ]);
  const open = drawn({ ...PAGE, selected: { id: 1, flag: 'SEARCH' } }, session);

  fireEvent.click(open.all('input[value=B]')[0] as HTMLElement);

  expect(asked).toContain('select {"id":1,"flag":"SEARCH"}');
  expect(open.all('[data-flag]').map(({ dataset }) => dataset.flag)).toEqual(['SEARCH']);
  expect(open.asked).toEqual(['choose "SEARCH" "B"']);
  expect(open.all('[aria-pressed=true]').map(({ dataset }) => dataset.evaluated)).toEqual(['SEARCH']);
});

test.each<[string, SessionState, boolean]>([
  ['The manifest of shop.example does not list this flag', flagsState([{ name: 'OTHER', variants: ['ON'] }]), true],
  ['Gatekeeper has no access to shop.example yet', { kind: 'unreachable-page', failure: 'refused' }, true],
  ['Not a web page', { kind: 'unreachable-page', failure: 'not-a-web-page' }, true],
  ['Loading the flags of this site', { kind: 'loading' }, true],
  ['In Firefox, a panel can only read requests', { kind: 'loading' }, false],
])('where a flag cannot be overridden yet, the panel says “%s”', (text, session, canReach) => {
  const { texts } = drawn({ ...PAGE, selected: { id: 1, flag: 'CHECKOUT' } }, session, canReach);

  expect(texts('aside').join()).toContain(text);
});

test('whatever a response or an address says is shown as text', () => {
  const evil = '<img src=x onerror=alert(1)>';
  const { all, texts } = drawn(
    addRequest(INITIAL_PANEL, request(`${SHOP}/?${evil}`, [`${evil.replaceAll(' ', '_')} A code`])),
  );

  expect(all('img')).toEqual([]);
  expect(texts('.address')).toEqual([`/?${evil}`]);
});
