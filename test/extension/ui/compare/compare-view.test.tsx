import { cleanup, render } from '@testing-library/preact';
import { expect, test } from 'vitest';
import type { Comparison } from '../../../../extension/app/compare/comparison.ts';
import {
  type CompareState,
  CompareView,
  sheetPictures,
  type Unavailable,
} from '../../../../extension/ui/compare/compare-view.tsx';
import type { ManifestFlag } from '../../../../server-lib/wire.ts';

const FLAG: ManifestFlag = {
  name: 'LIMIT',
  variants: ['LOW', 'HIGH'],
  values: { LOW: { seats: 1 }, HIGH: 'HIGH' },
  overridable: true,
};

/** Renders a state; returns the texts by role, and the actions that its buttons call. */
function drawn(state: CompareState) {
  cleanup();
  const calls: string[] = [];
  const record = (name: string) => () => void calls.push(name);
  const actions = {
    allow: record('allow'),
    cancel: record('cancel'),
    compare: record('compare'),
    copy: record('copy'),
    savePng: record('savePng'),
    saveHtml: record('saveHtml'),
  };
  const { container } = render(<CompareView flag="LIMIT" site="shop.example" state={state} actions={actions} />);
  const texts = (role: string): readonly (string | null)[] =>
    [...container.querySelectorAll(`[role=${role}]`)].map(({ textContent }) => textContent);
  const click = (action: string): void => container.querySelector<HTMLElement>(`[data-action="${action}"]`)?.click();
  return { texts, click, calls, container };
}

const ended = (comparison: Partial<Comparison>, isCopied?: boolean): CompareState => ({
  kind: 'ended',
  flag: FLAG,
  comparison: { pictures: [], end: { kind: 'complete' }, isRestored: true, ...comparison },
  isCopied,
});

test('while it compares, it says which variant is next, and can be cancelled', () => {
  const { container, texts, click, calls } = drawn({ kind: 'comparing', flag: FLAG, variant: 'HIGH', taken: [] });

  click('cancel');

  expect(texts('status')).toEqual(['Taking the picture of HIGH: 2 of 2']);
  expect(container.querySelector('progress')?.value).toBe(1);
  expect(container.querySelector('main')?.getAttribute('aria-busy')).toBe('true');
  expect(calls).toEqual(['cancel']);
});

test.each<[Unavailable, RegExp, string]>([
  // why    message                                   the button's action
  ['access', /^Firefox lets Gatekeeper .* gives it back when the comparison ends\.$/, 'allow'],
  ['busy', /^Another window is comparing/, 'compare'],
  ['flag', /^The site does not let you choose/, 'compare'],
  ['page', /^Gatekeeper cannot access the page/, 'compare'],
])('if it cannot compare (%s), it says why, and a button helps', (why, message, action) => {
  const { container, texts, calls } = drawn({ kind: 'unavailable', why });

  for (const button of container.querySelectorAll('button')) button.click();

  expect(texts('alert')).toEqual([expect.stringMatching(message)]);
  expect(calls).toEqual([action]);
});

test.each<[Partial<Comparison>, readonly RegExp[], readonly RegExp[]]>([
  // comparison                                             alerts                            statuses
  [{ end: { kind: 'cancelled' } }, [], [/^Cancelled\. 0 pictures\. Your choice for this flag is as it was before\.$/]],
  [
    { end: { kind: 'not-loaded', variant: 'LOW' } },
    [/^The page with LOW did not finish loading/],
    [/as it was before/],
  ],
  [{ end: { kind: 'not-written', variant: 'LOW' } }, [/^LOW could not be chosen/], [/as it was before/]],
  [{ end: { kind: 'not-captured', variant: 'LOW' } }, [/^The browser took no picture/], [/as it was before/]],
  [
    { end: { kind: 'no-access', variant: 'LOW' }, isRestored: false },
    [/^Gatekeeper cannot access the page/, /could not be restored yet/],
    [],
  ],
])('%o is reported', (comparison, alerts, statuses) => {
  const { texts } = drawn(ended(comparison));

  expect(texts('alert')).toEqual(alerts.map((message) => expect.stringMatching(message)));
  expect(texts('status')).toEqual(statuses.map((message) => expect.stringMatching(message)));
});

test('without a picture, there is nothing to copy or save; whether a picture was copied is said', () => {
  const { container } = drawn(ended({}));
  expect(container.querySelector('[data-action="copy-picture"]')).toBeNull();

  expect(drawn(ended({}, true)).texts('status')).toContain('Picture copied.');
  expect(drawn(ended({}, false)).texts('alert')).toEqual(['The picture could not be copied. Save it as PNG instead.']);
});

test('below a picture is the value if it differs from the name, what the site used instead, and the time', () => {
  const takenAt = new Date(2026, 11, 1, 14, 3, 22).getTime();
  const picture = { image: 'data:,', takenAt };

  const lines = sheetPictures(FLAG, [
    { ...picture, variant: 'LOW', used: 'HIGH' },
    { ...picture, variant: 'HIGH', used: undefined },
  ]).map((one) => one.lines);

  const time = expect.stringMatching(/^Dec 1, 2026, 2:03:22\sPM$/);
  expect(lines).toEqual([['{"seats":1}', 'The site used HIGH instead.', time], [time]]);
});
