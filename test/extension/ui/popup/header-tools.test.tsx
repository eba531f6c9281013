import { expect, test } from 'vitest';
import { drawnPopup } from './drawn-popup.tsx';
import { readyState, stateAfter } from './states.ts';

const tools = (main: HTMLElement): readonly HTMLButtonElement[] => [
  ...main.querySelectorAll<HTMLButtonElement>('.header-tools button'),
];

test('on a site with flags, the tools pin the site and open the help and the options', () => {
  const popup = drawnPopup(readyState());

  const pin = tools(popup.main)[0];
  for (const tool of tools(popup.main)) tool.click();

  expect([pin?.getAttribute('aria-label'), pin?.getAttribute('aria-pressed')]).toEqual(['Pin this site', 'false']);
  expect(popup.calls).toEqual(['pin true', 'view help', 'openOptions']);
});

test('a site without flags cannot be pinned', () => {
  const popup = drawnPopup(stateAfter({ kind: 'redirected' }));

  expect(tools(popup.main).map((tool) => tool.getAttribute('aria-label'))).not.toContain('Pin this site');
});
