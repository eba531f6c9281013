import { cleanup, render } from '@testing-library/preact';
import { expect, test } from 'vitest';
import { INITIAL_IMPORT } from '../../../../extension/app/presets/preset-file.ts';
import { INITIAL_PRESETS } from '../../../../extension/app/presets/presets-store.ts';
import { DEFAULT_SETTINGS, type OptionsState } from '../../../../extension/app/settings/settings.ts';
import { type OptionsActions, OptionsPage } from '../../../../extension/ui/settings/options-page.tsx';

const STATE: OptionsState = {
  settings: DEFAULT_SETTINGS,
  pinned: [],
  shortcut: 'Alt+Shift+G',
  devtools: undefined,
  presets: INITIAL_PRESETS,
  presetImport: INITIAL_IMPORT,
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

/** Draws the page in place of the previous test's; `calls` records the actions, one line each. */
function drawn(changes: Partial<OptionsState> = {}) {
  cleanup();
  const calls: string[] = [];
  const actions: OptionsActions = {
    set: (change) => void calls.push(JSON.stringify(change)),
    addPath: (site, path) => calls.push(`${site} ${path}`) > 0,
    removePath: (origin) => void calls.push(`removePath ${origin}`),
    unpin: (site) => void calls.push(`unpin ${site}`),
    presets: noPresetActions,
    changeShortcuts: () => void calls.push('changeShortcuts'),
    switchDevtools: (on) => void calls.push(`switchDevtools ${on}`),
  };
  const { container } = render(<OptionsPage state={{ ...STATE, ...changes }} actions={actions} />);
  return { page: container, calls };
}

const headings = (page: Element): readonly (string | null)[] =>
  [...page.querySelectorAll('h2')].map(({ textContent }) => textContent);
const checked = (page: Element): readonly string[] =>
  [...page.querySelectorAll<HTMLInputElement>('input:checked')].map(({ value }) => value);

test('the current settings are checked, and choosing another calls the action', () => {
  const { page, calls } = drawn({ settings: { ...DEFAULT_SETTINGS, theme: 'dark', language: 'fr' } });
  expect(checked(page)).toEqual(['dark', 'button']);
  expect(page.querySelector('select')?.value).toBe('fr');

  page.querySelector<HTMLElement>('input[value=light]')?.click();
  page.querySelector<HTMLElement>('input[value=automatic]')?.click();

  expect(calls).toEqual(['{"theme":"light"}', '{"reload":"automatic"}']);
});

test('every language is offered with its own name and a lang attribute', () => {
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
  // wrong    field   message
  ['site', 'site', 'Enter an http or https address'],
  ['path', 'path', 'Enter a path that starts with a single slash'],
] as const)('if the %s is invalid, its field is marked and described by a message', (wrong, field, message) => {
  const { page } = drawn({ wrong });

  const invalid = [...page.querySelectorAll<HTMLInputElement>('[aria-invalid=true]')];

  expect(invalid.map(({ name }) => name)).toEqual([field]);
  const described = page.querySelector(`#${invalid[0]?.getAttribute('aria-describedby')}`);
  expect(described?.role ?? described?.getAttribute('role')).toBe('alert');
  expect(described?.textContent).toContain(message);
});

test('access to all sites is listed in words, with a button that unpins it', () => {
  const { page, calls } = drawn({ pinned: ['<all_urls>'] });

  page.querySelector<HTMLElement>('[aria-label="Unpin All sites"]')?.click();

  expect(page.textContent).toContain('All sites');
  expect(calls).toEqual(['unpin <all_urls>']);
});

test('paths and patterns are drawn as text', () => {
  const hostile = '<img src=x onerror=alert(1)>';
  const manifestPaths = new Map([['https://shop.example', `/${hostile}`]]);

  const { page } = drawn({ pinned: [hostile], settings: { ...DEFAULT_SETTINGS, manifestPaths } });

  expect(page.querySelector('img')).toBeNull();
  expect(page.textContent).toContain(hostile);
});
