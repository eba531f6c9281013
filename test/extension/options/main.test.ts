import '../../fakes/started-browser.ts';

import { fireEvent } from '@testing-library/preact';
import { expect, test, vi } from 'vitest';
import { loadSettings } from '../../../extension/browser/settings-store.ts';
import { startedBrowser } from '../../fakes/started-browser.ts';

const root = document.documentElement;
const one = <Element extends HTMLElement>(selector: string): Element => {
  const found = document.querySelector<Element>(selector);
  if (found === null) throw new Error(`nothing is ${selector}`);
  return found;
};
const text = (): string => document.body.textContent ?? '';
const button = (name: string): HTMLButtonElement | undefined =>
  [...document.querySelectorAll('button')].find(
    (each) => (each.getAttribute('aria-label') ?? each.textContent) === name,
  );

test('the options page as it is put together shows what is set, sets it, and follows what is set elsewhere', async () => {
  const browser = startedBrowser();
  browser.manifest = { version: '1.2.3', optional_permissions: ['devtools'] };
  browser.granted.add('https://shop.example/*');
  await import('../../../extension/options/main.tsx');
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
  expect(one<HTMLInputElement>('input[name=path]').value).toBe('flags.json'); // to be put right
  one<HTMLInputElement>('input[name=path]').value = '/flags.json';
  fireEvent.submit(one('form'));
  await vi.waitFor(() => expect(text()).toContain('http://localhost:3000/flags.json'));
  expect(document.querySelector('[role=alert]')).toBeNull();
  expect(one<HTMLInputElement>('input[name=path]').value).toBe('');
  button('Remove the path of http://localhost:3000')?.click();
  await vi.waitFor(() => expect(text()).not.toContain('http://localhost:3000'));

  button('Unpin https://shop.example')?.click();
  await vi.waitFor(() => expect(text()).toContain('No site is pinned'));

  browser.isWilling = false;
  one<HTMLInputElement>('input[type=checkbox]').click();
  await vi.waitFor(() => expect(one<HTMLInputElement>('input[type=checkbox]').checked).toBe(false));
  browser.isWilling = true;
  one<HTMLInputElement>('input[type=checkbox]').click();
  await vi.waitFor(() => expect(browser.granted).toContain('devtools'));

  button('Change shortcuts')?.click();
  await vi.waitFor(() => expect(browser.opened).toEqual(['chrome://extensions/shortcuts']));
  browser.shortcut = '';
  window.dispatchEvent(new Event('focus'));
  await vi.waitFor(() => expect(text()).toContain('not set'));
});
