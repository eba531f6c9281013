import { expect, test } from 'vitest';
import { exportText } from '../../../../extension/app/sharing/export-formats.ts';
import { SharingStore } from '../../../../extension/app/sharing/sharing-store.ts';
import { FakePage } from '../../../fakes/page/fake-page.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { openedSession } from '../session/opened-session.ts';

/** The store of a popup on a site with these overrides; its clipboard is a list of strings. */
async function openedStore(overrides: Readonly<Record<string, string>> = {}) {
  const page = new FakePage();
  if (Object.keys(overrides).length > 0) page.jar.write(overrideCookie(overrides));
  const clipboard: string[] = [];
  const applied: string[][] = [];
  let draws = 0;
  const store = new SharingStore(
    await openedSession(page),
    {
      copy: async (text) => clipboard.push(text) < 2,
      exportText: (copy, site) => exportText(copy, site, { browser: 'Firefox 153', version: '0.1.0' }),
      apply: (proposed, mode) => void applied.push([...proposed.keys(), mode]),
    },
    () => {
      draws += 1;
    },
  );
  return { store, applied, clipboard, page, draws: () => draws };
}

test('a copied string is shown, with whether it was written to the clipboard', async () => {
  const { store, clipboard } = await openedStore({ SEARCH: 'FUZZY' });

  await store.copy('json');
  expect(store.sharing.copied).toEqual({ copy: 'json', text: '{\n  "SEARCH": "FUZZY"\n}\n', isWritten: true });
  await store.copy('link');

  expect(store.sharing.copied).toMatchObject({ copy: 'link', isWritten: false });
  expect(clipboard).toEqual(['{\n  "SEARCH": "FUZZY"\n}\n', store.sharing.copied?.text]);
});

test('the link for a phone is copied as it is', async () => {
  const { store, clipboard } = await openedStore();

  await store.copyText('phone', 'https://shop.example/gatekeeper');

  expect(store.sharing.copied).toEqual({ copy: 'phone', text: 'https://shop.example/gatekeeper', isWritten: true });
  expect(clipboard).toEqual(['https://shop.example/gatekeeper']);
});

test('pasting, expanding and dismissing write no cookie', async () => {
  const { store, page, draws } = await openedStore({ SEARCH: 'FUZZY' });
  const before = draws();

  store.paste('{"CHECKOUT":"ONE_PAGE"}');
  store.expand({ by: 'site', name: 'Launch' });
  store.dismiss('https://shop.example/#gatekeeper={}');

  expect(page.written).toEqual([]);
  expect(draws()).toBe(before + 3);
});

test('applying passes the overrides and the mode on', async () => {
  const { store, applied } = await openedStore();

  store.apply(new Map([['CHECKOUT', 'ONE_PAGE']]), 'replace');

  expect(applied).toEqual([['CHECKOUT', 'replace']]);
});

test('nothing is copied before the flags are loaded', async () => {
  const page = new FakePage();
  page.failure = 'refused';
  const clipboard: string[] = [];
  const ports = { copy: async (text: string) => clipboard.push(text) > 0, exportText: () => '', apply: () => {} };
  const store = new SharingStore(await openedSession(page), ports, () => {});

  await store.copy('report');

  expect(clipboard).toEqual([]);
});
