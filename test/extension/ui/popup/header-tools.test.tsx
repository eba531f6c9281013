import { expect, test } from 'vitest';
import { drawnPopup } from './drawn-popup.tsx';
import { readyState, stateAfter } from './states.ts';

const tools = (main: HTMLElement): readonly HTMLButtonElement[] => [
  ...main.querySelectorAll<HTMLButtonElement>('.header-tools button'),
];

test('a site that has flags can be pinned, and the settings opened', () => {
  const popup = drawnPopup(readyState());

  const pin = tools(popup.main)[0];
  for (const tool of tools(popup.main)) tool.click();

  expect([pin?.getAttribute('aria-label'), pin?.getAttribute('aria-pressed')]).toEqual(['Pin this site', 'false']);
  expect(popup.asked).toEqual(['pin true', 'view help', 'openOptions']);
});

test('where there are no flags there is nothing to pin', () => {
  const popup = drawnPopup(stateAfter({ kind: 'redirected' }));

  expect(tools(popup.main).map((tool) => tool.getAttribute('aria-label'))).not.toContain('Pin this site');
});
