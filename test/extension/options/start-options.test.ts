import '../../fakes/browser/global-browser.ts';
import { fireEvent } from '@testing-library/preact';
import { expect, test, vi } from 'vitest';
import { loadSettings } from '../../../extension/browser/storage/settings-storage.ts';
import { installFakeBrowser } from '../../fakes/browser/global-browser.ts';
import { createLocks } from '../../fakes/browser/global-locks.ts';

const root = document.documentElement;
const one = <Element extends HTMLElement>(selector: string): Element => {
  const found = document.querySelector<Element>(selector);
  if (found === null) throw new Error(`no element matches ${selector}`);
  return found;
};
const text = (): string => document.body.textContent ?? '';
const button = (name: string): HTMLButtonElement | undefined =>
  [...document.querySelectorAll('button')].find(
    (each) => (each.getAttribute('aria-label') ?? each.textContent) === name,
  );

test('the assembled options page shows and changes settings, and follows changes made elsewhere', async () => {
  const browser = installFakeBrowser();
  Object.defineProperty(navigator, 'locks', { value: createLocks() });
  browser.manifest = { version: '1.2.3', optional_permissions: ['devtools'] };
  browser.grantedPermissions.add('https://shop.example/*');
  await import('../../../extension/options/start-options.tsx');
  expect(text()).toContain('Version 1.2.3');
  expect(one('kbd').textContent).toBe('Alt+Shift+G');

  one('input[value=dark]').click();
  await vi.waitFor(() => expect(root.dataset.theme).toBe('dark'));
  one('input[value=automatic]').click();
  await vi.waitFor(async () => expect(await loadSettings()).toMatchObject({ theme: 'dark', reload: 'automatic' }));

  fireEvent.change(one('select'), { target: { value: 'de' } });
  await vi.waitFor(() => expect(root.lang).toBe('de'));
  expect(text()).toContain('Angeheftete Websites');
  fireEvent.change(one('select'), { target: { value: '' } });
  await vi.waitFor(() => expect(root.lang).toBe('en'));

  one<HTMLInputElement>('input[name=site]').value = 'localhost:3000';
  one<HTMLInputElement>('input[name=path]').value = 'flags.json';
  fireEvent.submit(one('form'));
  expect(one('[role=alert]').textContent).toContain('/flags.json');
  expect(one<HTMLInputElement>('input[name=path]').value).toBe('flags.json'); // kept for correction
  one<HTMLInputElement>('input[name=path]').value = '/flags.json';
  fireEvent.submit(one('form'));
  await vi.waitFor(() => expect(text()).toContain('http://localhost:3000/flags.json'));
  expect(document.querySelector('[role=alert]')).toBeNull();
  expect(one<HTMLInputElement>('input[name=path]').value).toBe('');
  button('Remove the path of http://localhost:3000')?.click();
  await vi.waitFor(() => expect(text()).not.toContain('http://localhost:3000'));

  button('Unpin https://shop.example')?.click();
  await vi.waitFor(() => expect(text()).toContain('No site is pinned'));

  browser.acceptsPermissions = false;
  one<HTMLInputElement>('input[type=checkbox]').click();
  await vi.waitFor(() => expect(one<HTMLInputElement>('input[type=checkbox]').checked).toBe(false));
  browser.acceptsPermissions = true;
  one<HTMLInputElement>('input[type=checkbox]').click();
  await vi.waitFor(() => expect(browser.grantedPermissions).toContain('devtools'));

  button('Change shortcuts')?.click();
  await vi.waitFor(() => expect(browser.openedPages).toEqual(['chrome://extensions/shortcuts']));
  browser.shortcut = '';
  window.dispatchEvent(new Event('focus'));
  await vi.waitFor(() => expect(text()).toContain('not set'));

  // A preset that the popup saves is shown, and can be changed here.
  await browser.storage.local.set({ 'presets:https://shop.example': [{ name: 'Launch', overrides: { A: 'ON' } }] });
  await vi.waitFor(() => expect(text()).toContain('Launch 1 choice'));
  const saved: Blob[] = [];
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => `blob:${saved.push(blob as Blob)}`);
  button('Export all')?.click();
  const exported = (await saved[0]?.text()) ?? '';
  button('Delete')?.click();
  await vi.waitFor(() => expect(text()).toContain('Launch deleted.'));
  expect(browser.localItems.has('presets:https://shop.example')).toBe(false);
  button('Undo')?.click();
  await vi.waitFor(() => expect(text()).not.toContain('Launch deleted.'));
  one<HTMLInputElement>('[aria-label="New name for Launch"]').value = 'Start';
  fireEvent.submit(one('.naming'));
  await vi.waitFor(() => expect(text()).toContain('Start 1 choice'));
  fireEvent.input(one('textarea'), { target: { value: exported } });
  button('Add 1 scenario')?.click();
  await vi.waitFor(() => expect(text()).toContain('1 scenario added.'));
  expect(browser.localItems.get('presets:https://shop.example')).toEqual([
    { name: 'Start', overrides: { A: 'ON' } },
    { name: 'Launch', overrides: { A: 'ON' } },
  ]);
  [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Move down')?.click();
  await vi.waitFor(() => expect(one('summary').textContent).toBe('Launch 1 choice'));
});
