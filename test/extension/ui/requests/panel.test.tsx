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
import { documentState, flagsState } from '../popup/states.ts';

const SHOP = 'https://shop.example';
const manyFlags = (count: number) => Array.from({ length: count }, (_, at) => `F${at} ON default` as const);

/** Draws the panel in place of the previous test's; `calls` records the actions. */
function drawn(state: PanelState, session: SessionState = { kind: 'loading' }, canReach = true) {
  cleanup();
  const calls: string[] = [];
  const record =
    (name: string) =>
    (...values: readonly unknown[]) => {
      const args = values.filter((value) => !(value instanceof Event)).map((value) => JSON.stringify(value));
      calls.push([name, ...args].join(' '));
    };
  const actions = new Proxy({}, { get: (_, name) => record(String(name)) }) as PanelActions;
  const viewAs = { refused: new Map(), enter: ({ key }: { key: string }, text?: string) => record('enter')(key, text) };
  const { container } = render(
    <Panel state={state} session={session} canReach={canReach} viewAs={viewAs} actions={actions} />,
  );
  const all = (selector: string) => [...container.querySelectorAll<HTMLElement>(selector)];
  return { calls, all, texts: (selector: string) => all(selector).map(({ textContent }) => textContent) };
}

const PAGE = [
  request(`${SHOP}/`, ['CHECKOUT ONE_PAGE override', 'SEARCH EXACT default'], { startedAt: 1 }),
  request(`${SHOP}/api/ping`, [], { type: 'fetch', method: 'POST', status: 503, startedAt: 2 }),
  request('https://api.example/prices', ['PRICES NEW error'], { type: 'fetch', startedAt: 3, more: 7 }),
].reduce(addRequest, INITIAL_PANEL);

test('each request is shown with its URL, status and evaluated flags', () => {
  const { texts } = drawn(PAGE);

  expect(texts('.address')).toEqual(['/', '/api/ping', 'https://api.example/prices']);
  expect(texts('.request-line .status')).toEqual(['200', '503', '200']);
  expect(texts('.evaluated')).toEqual([
    'CHECKOUT ONE_PAGE your choiceSEARCH EXACT default',
    'no flags',
    'PRICES NEW default after an error7 more flags did not fit in the header',
  ]);
  expect(texts('.mine')).toEqual(['CHECKOUT ONE_PAGE your choice']);
  expect(texts('.wrong')).toEqual(['PRICES NEW default after an error']);
  expect(texts('.sum')).toEqual(['3 of 3 requests']);
});

test('of a request with many flags, 12 are drawn, and all of them after a click', () => {
  const state = addRequest(INITIAL_PANEL, request(`${SHOP}/`, manyFlags(40)));
  const collapsed = drawn(state);

  expect(collapsed.all('[data-evaluated]')).toHaveLength(12);
  fireEvent.click(collapsed.all('.evaluated .link')[0] as HTMLElement);
  expect(collapsed.calls).toEqual(['expand 1']);
  expect(drawn(expandEntry(state, 1)).all('[data-evaluated]')).toHaveLength(40);
});

test('of a long log, the newest 200 entries are drawn, and earlier ones after a click', () => {
  let state = INITIAL_PANEL;
  for (let at = 0; at < 500; at++) state = addRequest(state, request(`${SHOP}/${at}`, [], { startedAt: at }));
  const { texts, all, calls } = drawn(state);

  expect(texts('.address').at(0)).toBe('/300');
  expect(texts('.address').at(-1)).toBe('/499');
  fireEvent.click(all('.earlier button')[0] as HTMLElement);
  expect(calls).toEqual(['showEarlier']);
  expect(drawn(showEarlier(state)).texts('.address').at(0)).toBe('/100');
});

test('the filters call the filter action', () => {
  const { all, calls } = drawn(PAGE);
  const [types, flags] = all('select') as HTMLSelectElement[];

  fireEvent.input(all('input[type=search]')[0] as HTMLElement, { target: { value: 'search' } });
  fireEvent.change(types as HTMLElement, { target: { value: 'fetch' } });
  fireEvent.change(flags as HTMLElement, { target: { value: 'overridden' } });

  expect(calls).toEqual(['filter {"text":"search"}', 'filter {"type":"fetch"}', 'filter {"flags":"overridden"}']);
});

test('an empty log and a log without matches have different notices', () => {
  const filtered = { ...PAGE, filter: { ...PAGE.filter, text: 'matches nothing' } };

  expect(drawn(INITIAL_PANEL).texts('[role=status] h2')).toEqual(['No requests yet']);
  expect(drawn(filtered).texts('[role=status] h2')).toEqual(['Nothing found']);
});

test('Tab focuses the newest request’s first flag, and arrow keys move to every other', () => {
  const { all } = drawn(PAGE);
  const name = () => (document.activeElement as HTMLElement).dataset.evaluated;
  const press = (key: string) => fireEvent.keyDown(document.activeElement as HTMLElement, { key });
  const focusAfter = (...keys: readonly string[]) =>
    keys.map((key) => {
      press(key);
      return name();
    });

  const stops = all('[data-evaluated]').filter(({ tabIndex }) => tabIndex === 0);
  stops[0]?.focus();

  expect(stops.map(({ dataset }) => dataset.evaluated)).toEqual(['PRICES']);
  expect(focusAfter('ArrowUp', 'ArrowRight', 'ArrowRight', 'ArrowDown', 'Home', 'End', 'ArrowDown')).toEqual([
    'CHECKOUT',
    'SEARCH',
    'SEARCH',
    'PRICES',
    'CHECKOUT',
    'PRICES',
    'PRICES',
  ]);
});

test('a clicked flag is selected, and its card offers the site’s variants', () => {
  const { all, calls } = drawn(PAGE);
  fireEvent.click(all('[data-evaluated=SEARCH]')[0] as HTMLElement);
  const session = flagsState([
    { name: 'CHECKOUT', variants: ['ON', 'OFF'] },
    { name: 'SEARCH', variants: ['A', 'B'] },
  ]);
  const open = drawn({ ...PAGE, selected: { id: 1, flag: 'SEARCH' } }, session);

  fireEvent.click(open.all('input[value=B]')[0] as HTMLElement);

  expect(calls).toContain('select {"id":1,"flag":"SEARCH"}');
  expect(open.all('[data-flag]').map(({ dataset }) => dataset.flag)).toEqual(['SEARCH']);
  expect(open.calls).toEqual(['choose "SEARCH" "B"']);
  expect(open.all('[aria-pressed=true]').map(({ dataset }) => dataset.evaluated)).toEqual(['SEARCH']);
});

test.each<[string, SessionState, boolean]>([
  ['The manifest of shop.example does not list this flag', flagsState([{ name: 'OTHER', variants: ['ON'] }]), true],
  ['Gatekeeper has no access to shop.example yet', { kind: 'unreachable-page', failure: 'refused' }, true],
  ['Not a web page', { kind: 'unreachable-page', failure: 'not-a-web-page' }, true],
  ['Loading the flags of this site', { kind: 'loading' }, true],
  ['In Firefox, a panel can only read requests', { kind: 'loading' }, false],
])('if a flag cannot be overridden yet, the panel shows “%s”', (text, session, canReach) => {
  const { texts } = drawn({ ...PAGE, selected: { id: 1, flag: 'CHECKOUT' } }, session, canReach);

  expect(texts('aside').join()).toContain(text);
});

test('URLs and flag names are drawn as text', () => {
  const evil = '<img src=x onerror=alert(1)>';
  const { all, texts } = drawn(
    addRequest(INITIAL_PANEL, request(`${SHOP}/?${evil}`, [`${evil.replaceAll(' ', '_')} A code`])),
  );

  expect(all('img')).toEqual([]);
  expect(texts('.address')).toEqual([`/?${evil}`]);
});

test('below the selected flag, the user can simulate what the site has declared, and end it', () => {
  const context = { attributes: [{ name: 'country', type: 'string', values: ['DE', 'NL'], current: 'NL' }] };
  const document = {
    gatekeeper: 1,
    overrides: { state: 'enabled' },
    flags: [{ name: 'CHECKOUT', variants: ['CLASSIC', 'ONE_PAGE'] }],
  };
  const selected = { ...PAGE, selected: { id: 1, flag: 'CHECKOUT' } };
  const { all, texts, calls } = drawn(selected, documentState({ ...document, context }, { '@country': 'DE' }));

  fireEvent.change(all('[name="@country"]')[0] as HTMLElement, { target: { value: 'NL' } });
  fireEvent.click(all('.simulated [data-action=stop-simulating]')[0] as HTMLElement);
  fireEvent.click(all('details [data-action=stop-simulating]')[0] as HTMLElement);

  expect(texts('.simulated')).toEqual(['Viewed as if: country = DE Stop']);
  expect(texts('summary')).toEqual(['View as']);
  expect(calls).toEqual(['enter "@country" "NL"', 'removeOverrides ["@country"]', 'removeOverrides ["@country"]']);
  expect(drawn(selected, documentState(document)).texts('summary')).toEqual([]);
});
