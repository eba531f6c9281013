import { cleanup, render } from '@testing-library/preact';
import { expect, test } from 'vitest';
import { INITIAL_PRESETS } from '../../../../extension/app/presets/presets-store.ts';
import { DEFAULT_SETTINGS, type OptionsState } from '../../../../extension/app/settings/settings.ts';
import { type OptionsActions, OptionsPage } from '../../../../extension/ui/settings/options-page.tsx';

const STATE: OptionsState = {
  settings: DEFAULT_SETTINGS,
  pinned: [],
  shortcut: 'Alt+Shift+G',
  devtools: undefined,
  presets: INITIAL_PRESETS,
  version: '1.2.3',
  wrong: undefined,
};

const nothing = (): void => {};
const noPresetActions: OptionsActions['presets'] = {
  rename: nothing,
  move: nothing,
  delete: nothing,
  restore: nothing,
  export: nothing,
  paste: nothing,
  reportUnreadableFile: nothing,
  import: nothing,
};

/** Draws the page in place of the one of the test before; what is asked for is noted, one line each. */
function drawn(changes: Partial<OptionsState> = {}) {
  cleanup();
  const asked: string[] = [];
  const actions: OptionsActions = {
    set: (change) => void asked.push(JSON.stringify(change)),
    addPath: (site, path) => asked.push(`${site} ${path}`) > 0,
    removePath: (origin) => void asked.push(`removePath ${origin}`),
    unpin: (site) => void asked.push(`unpin ${site}`),
    presets: noPresetActions,
    changeShortcuts: () => void asked.push('changeShortcuts'),
    switchDevtools: (on) => void asked.push(`switchDevtools ${on}`),
  };
  const { container } = render(<OptionsPage state={{ ...STATE, ...changes }} actions={actions} />);
  return { page: container, asked };
}

const headings = (page: Element): readonly (string | null)[] =>
  [...page.querySelectorAll('h2')].map(({ textContent }) => textContent);
const checked = (page: Element): readonly string[] =>
  [...page.querySelectorAll<HTMLInputElement>('input:checked')].map(({ value }) => value);

test('what is set is checked, and choosing asks to set it', () => {
  const { page, asked } = drawn({ settings: { ...DEFAULT_SETTINGS, theme: 'dark', language: 'fr' } });
  expect(checked(page)).toEqual(['dark', 'button']);
  expect(page.querySelector('select')?.value).toBe('fr');

  page.querySelector<HTMLElement>('input[value=light]')?.click();
  page.querySelector<HTMLElement>('input[value=automatic]')?.click();

  expect(asked).toEqual(['{"theme":"light"}', '{"reload":"automatic"}']);
});

test('every language is offered by its own name, in its own language', () => {
  const { page } = drawn();

  const options = [...page.querySelectorAll('option')].map(({ lang, textContent }) => [lang, textContent]);

  expect(options).toContainEqual(['ja', '日本語']);
  expect(options).toContainEqual(['zh-CN', '简体中文']);
  expect(options).toHaveLength(7);
});

test('a browser without shortcuts, and a build without a switch for its panel, have no section for them', () => {
  expect(headings(drawn({ shortcut: undefined }).page)).not.toContain('Shortcuts');
  expect(headings(drawn().page)).not.toContain('DevTools panel');
  expect(headings(drawn({ devtools: false }).page)).toContain('DevTools panel');
});

test.each([
  // wrong    field   says
  ['site', 'site', 'Enter an http or https address'],
  ['path', 'path', 'Enter a path that starts with a single slash'],
] as const)('where the %s is wrong, its field says so', (wrong, field, says) => {
  const { page } = drawn({ wrong });

  const invalid = [...page.querySelectorAll<HTMLInputElement>('[aria-invalid=true]')];

  expect(invalid.map(({ name }) => name)).toEqual([field]);
  const described = page.querySelector(`#${invalid[0]?.getAttribute('aria-describedby')}`);
  expect(described?.role ?? described?.getAttribute('role')).toBe('alert');
  expect(described?.textContent).toContain(says);
});

test('whatever a path or a pattern holds is text', () => {
  const hostile = '<img src=x onerror=alert(1)>';
  const manifestPaths = new Map([['https://shop.example', `/${hostile}`]]);

  const { page } = drawn({ pinned: [hostile], settings: { ...DEFAULT_SETTINGS, manifestPaths } });

  expect(page.querySelector('img')).toBeNull();
  expect(page.textContent).toContain(hostile);
});
