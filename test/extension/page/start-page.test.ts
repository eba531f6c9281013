import { expect, test, vi } from 'vitest';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { siteManifest } from '../../helpers/site-manifest.ts';

const one = <Element extends HTMLElement>(selector: string): Element => {
  const found = document.querySelector<Element>(selector);
  if (found === null) throw new Error(`no element matches ${selector}`);
  return found;
};
const radio = (flag: string, variant: string) =>
  one<HTMLInputElement>(`[data-flag="${flag}"] input[value="${variant}"]`);
const cookie = () => document.cookie.split('; ').find((pair) => pair.startsWith('gatekeeper='));

test('the assembled page shows the flags in the server’s language, writes the cookie, asks before a link, and goes on', async () => {
  const requests: { readonly url: string; readonly method: string }[] = [];
  vi.stubGlobal('fetch', async (url: string, { method = 'GET' }: RequestInit = {}) => {
    requests.push({ url, method });
    const manifest = JSON.stringify(siteManifest(cookie() ?? ''));
    return new Response(manifest, { headers: { 'content-type': 'application/json' } });
  });
  document.documentElement.lang = 'fr';
  const link = document.createElement('link');
  document.head.append(Object.assign(link, { rel: 'gatekeeper', href: '/below/manifest.json' }));
  history.replaceState(null, '', '/below/gatekeeper?return=/cart%3Fa=1');
  Object.defineProperty(navigator, 'locks', { value: undefined }); // as on plain http
  vi.stubGlobal('isSecureContext', false);
  const assign = vi.spyOn(location, 'assign').mockImplementation(() => {});

  await import('../../../extension/page/start-page.tsx');
  expect(requests).toEqual([{ url: `${location.origin}/below/manifest.json`, method: 'GET' }]);
  expect(one('[data-action=reload]').textContent).toBe('Aller au site');
  expect(document.documentElement.lang).toBe('fr');
  // What only the extension can do.
  for (const action of ['pin', 'detach', 'options'])
    expect(document.querySelector(`[data-action=${action}]`)).toBeNull();

  const language = one<HTMLSelectElement>('aside select');
  language.value = 'en';
  language.dispatchEvent(new Event('change', { bubbles: true }));
  await vi.waitFor(() => expect(one('[data-action=reload]').textContent).toBe('Go to the site'));

  radio('CHECKOUT', 'ONE_PAGE').click();
  await vi.waitFor(() => expect(cookie()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE' })));

  history.replaceState(null, '', `${location.pathname}${location.search}#gatekeeper=%7B%22SEARCH%22%3A%22FUZZY%22%7D`);
  window.dispatchEvent(new Event('hashchange'));
  await vi.waitFor(() => expect(one('.proposal').textContent).toContain('SEARCH'));
  expect(cookie()).toBe(overrideCookie({ CHECKOUT: 'ONE_PAGE' }));

  requests.length = 0;
  one('[data-action=reload]').click();
  await vi.waitFor(() => expect(assign).toHaveBeenCalledWith('/cart?a=1'));
  expect(requests).toEqual([{ url: '/cart?a=1', method: 'GET' }]);
  expect(requests.every(({ method }) => method === 'GET')).toBe(true);
});
