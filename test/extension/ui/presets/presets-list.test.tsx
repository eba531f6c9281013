import { cleanup, fireEvent, render } from '@testing-library/preact';
import { expect, test, vi } from 'vitest';
import { type ImportState, INITIAL_IMPORT, parsePresetFile } from '../../../../extension/app/presets/preset-file.ts';
import { INITIAL_PRESETS, type PresetId, type PresetsState } from '../../../../extension/app/presets/presets-store.ts';
import { type PresetsActions, PresetsList } from '../../../../extension/ui/presets/presets-list.tsx';

const SHOP = 'https://shop.example';
const MARKUP = '<img src=x onerror=alert(1)>';
const preset = (name: string, overrides = {}) => ({ name, overrides });
const SITES = new Map([[SHOP, [preset('A', { CHECKOUT: 'ONE_PAGE' }), preset('B')]]]);

/** Draws the presets in place of the previous test's; `calls` records the actions, one line each. */
function drawn(changes: Partial<PresetsState & ImportState> = {}) {
  cleanup();
  const calls: string[] = [];
  const record = (action: string) => (id?: PresetId, value?: unknown) =>
    void calls.push([action, id?.name, value].filter((part) => part !== undefined).join(' '));
  const actions: PresetsActions = {
    rename: record('rename'),
    move: record('move'),
    delete: record('delete'),
    restore: () => void calls.push('restore'),
    export: () => void calls.push('export'),
    paste: (text) => void calls.push(`paste ${text}`),
    reportUnreadableFile: () => void calls.push('reportUnreadableFile'),
    import: () => void calls.push('import'),
  };
  const { container } = render(
    <PresetsList
      state={{ ...INITIAL_PRESETS, ...changes }}
      importState={{ ...INITIAL_IMPORT, ...changes }}
      actions={actions}
    />,
  );
  const buttons = (name: string): readonly HTMLButtonElement[] =>
    [...container.querySelectorAll('button')].filter(({ textContent }) => textContent === name);
  return { page: container, calls, buttons };
}

const texts = (page: Element, selector: string): readonly string[] =>
  [...page.querySelectorAll(selector)].map(({ textContent }) => textContent ?? '');

test('each preset is listed under its site, with its overrides and its actions', () => {
  const { page, calls, buttons } = drawn({ sites: SITES });
  expect(texts(page, '.site-presets h3')).toEqual([SHOP]);
  expect(texts(page, 'summary')).toEqual(['A 1 choice', 'B 0 choices']);
  expect(texts(page, 'details .overrides')[0]).toBe('CHECKOUT = ONE_PAGE');

  buttons('Delete')[0]?.click();
  buttons('Move up')[1]?.click();
  buttons('Move down')[0]?.click();
  const field = page.querySelector<HTMLInputElement>('[aria-label="New name for B"]');
  if (field?.form) {
    field.value = 'C';
    fireEvent.submit(field.form);
  }
  buttons('Export all')[0]?.click();

  expect(calls).toEqual(['delete A', 'move B -1', 'move A 1', 'rename B C', 'export']);
});

test('the first preset cannot be moved up, nor the last one down', () => {
  const { buttons } = drawn({ sites: SITES });

  expect(buttons('Move up').map(({ disabled }) => disabled)).toEqual([true, false]);
  expect(buttons('Move down').map(({ disabled }) => disabled)).toEqual([false, true]);
});

test('a preset with many overrides shows the first eight', () => {
  const overrides = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`F${at}`, 'ON']));

  const { page } = drawn({ sites: new Map([[SHOP, [preset('A', overrides)]]]) });

  expect(texts(page, 'details .overrides')[0]).toMatch(/^F0 = ON · .* · F7 = ON · and 22 more$/);
});

test('without presets there is no export button', () => {
  const { page, buttons } = drawn();

  expect(page.textContent).toContain('No saved scenarios yet');
  expect(buttons('Export all')).toEqual([]);
});

test('after a preset is deleted, "Undo" has the focus and restores it', () => {
  const { calls, buttons } = drawn({ sites: SITES, deleted: { origin: SHOP, preset: preset('C'), at: 0 } });
  expect(document.activeElement).toBe(buttons('Undo')[0]);

  buttons('Undo')[0]?.click();

  expect(calls).toEqual(['restore']);
});

test('a renamed preset keeps the focus; a taken name shows an error', () => {
  drawn({ sites: SITES, current: { origin: SHOP, name: 'B' } });
  expect(document.activeElement?.textContent).toBe('B 0 choices');

  const { page } = drawn({ sites: SITES, error: { reason: 'taken', renamed: { origin: SHOP, name: 'B' } } });
  expect(texts(page, 'li:nth-child(2) [role=alert]')).toEqual(['Another scenario has this name.']);
});

test('an import preview lists each preset, and why others are left out', () => {
  const file = parsePresetFile(
    JSON.stringify({
      presets: {
        [SHOP]: [SITES.get(SHOP)?.[0], preset('B', { X: 'ON' }), preset('C', { X: 'ON', Y: 1 }), null],
        [MARKUP]: [preset('D')],
      },
    }),
  );

  const { page, calls, buttons } = drawn({ sites: SITES, file });

  expect(texts(page, '.planned li')).toEqual([
    `A ${SHOP}CHECKOUT = ONE_PAGEAlready saved.`,
    `B ${SHOP}X = ONAnother scenario has this name.`,
    `C ${SHOP}X = ON`,
  ]);
  expect(texts(page, 'ul.wrong li')).toEqual([
    '1 choice of C is left out: its flag or variant has an invalid name.',
    `Entry 4 of ${SHOP} is not a scenario.`,
    `“${MARKUP}” is not a site with a list of scenarios.`,
  ]);
  buttons('Add 1 scenario')[0]?.click();
  expect(calls).toEqual(['import']);
});

test('a file without new presets cannot be imported', () => {
  const { buttons } = drawn({ sites: SITES, file: parsePresetFile('{"presets":{}}') });

  expect(buttons('Add 0 scenarios')[0]?.disabled).toBe(true);
});

test('at most 100 entries of a file are drawn', () => {
  const list = Array.from({ length: 3_000 }, (_, at) => (at % 2 ? null : preset(`P${at}`)));

  const { page } = drawn({ file: parsePresetFile(JSON.stringify({ presets: { [SHOP]: list } })) });

  expect(texts(page, '.planned li')).toHaveLength(100);
  expect(texts(page, 'ul.wrong li')).toHaveLength(100);
  expect(page.textContent?.match(/and 1400 more/g)).toHaveLength(2);
});

test.each([
  // file                                        message
  [{ kind: 'unread' }, 'The browser could not read the file.'],
  [parsePresetFile('{'), 'This is not JSON.'],
  [parsePresetFile('{}'), 'This is JSON, but not a Gatekeeper export of scenarios.'],
  [{ kind: 'problem', problem: 'too-large' }, 'This is too large for a file of scenarios.'],
] as const)('the file %j has the error message: %s', (file, message) => {
  expect(texts(drawn({ file }).page, '[role=alert]')).toEqual([message]);
});

test('the result of an import is shown', () => {
  expect(texts(drawn({ imported: 2 }).page, '[role=status]')).toEqual(['2 scenarios added.']);
  expect(texts(drawn({ imported: 'failed' }).page, '[role=alert]')[0]).toContain('could not save all of the scenarios');
});

test('a chosen file is read like a pasted string, and can be chosen again', async () => {
  const { page, calls } = drawn();
  const field = page.querySelector<HTMLInputElement>('input[type=file]');
  if (field === null) throw new Error('no field for a file');
  const choose = (file: unknown): void => {
    Object.defineProperty(field, 'files', { configurable: true, value: [file] });
    fireEvent.change(field);
  };

  choose(new File(['{"presets":{}}'], 'a.json'));
  await vi.waitFor(() => expect(calls).toEqual(['paste {"presets":{}}']));
  choose({ slice: () => ({ text: () => Promise.reject(new Error('NotFoundError')) }) });
  await vi.waitFor(() => expect(calls).toHaveLength(2));

  expect(calls[1]).toBe('reportUnreadableFile');
  expect(field.value).toBe('');
});

test('names of presets and sites are drawn as text', () => {
  const { page } = drawn({ sites: new Map([[MARKUP, [preset(MARKUP, { [MARKUP]: MARKUP })]]]) });

  expect(page.querySelector('img')).toBeNull();
  expect(texts(page, 'summary')).toEqual([`${MARKUP} 1 choice`]);
});
