import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ServedHost } from './served-pages.ts';

const PATH = '/gatekeeper';
const TESTER = { 'x-may-override': 'yes' };
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
// Headers that a host writes itself, or that differ between two requests.
const OF_THE_HOST = ['connection', 'date', 'etag', 'keep-alive', 'transfer-encoding', 'x-powered-by'];

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The override page in the framework's own idiom, over a real socket. */
export function servedOverridePageContract({ name, serve }: ServedHost): void {
  describe(`the override page on ${name}`, () => {
    let origin = '';
    beforeAll(async () => {
      vi.stubEnv('NODE_ENV', 'production');
      origin = `http://127.0.0.1:${await serve('policy')}`;
    });
    afterAll(() => {
      vi.unstubAllEnvs();
    });

    async function ask(path: string, { method = 'GET', headers = TESTER }: Sent = {}) {
      const response = await fetch(origin + path, { method, headers });
      const received = [...response.headers].filter(([header]) => !OF_THE_HOST.includes(header));
      return { status: response.status, headers: Object.fromEntries(received), text: await response.text() };
    }

    const urlsIn = (html: string, at: string): readonly string[] =>
      [...html.matchAll(/(?:href|src)="(\.[^"]*)"/g)].map(([, url]) => new URL(url ?? '', origin + at).pathname);

    test('a tester gets the page, which no cache stores and no site can frame', async () => {
      const { status, headers, text } = await ask(PATH);

      expect(status).toBe(200);
      expect(headers).toEqual({
        'content-type': 'text/html; charset=utf-8',
        'content-length': String(Buffer.byteLength(text)),
        'cache-control': 'private, no-store',
        vary: 'Cookie',
        'content-security-policy': POLICY,
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
      });
      // Only what the policy allows: no script or style in the document.
      expect(text).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=/);
    });

    test('its files are of the same site, and stay valid for a year', async () => {
      const { text } = await ask(PATH);
      const [manifest, ...files] = urlsIn(text, PATH);

      expect(manifest).toBe('/.well-known/gatekeeper.json');
      expect(files.length).toBeGreaterThan(1);
      for (const file of files) {
        expect(file).toMatch(/^\/gatekeeper\/[\w-]+-[\w-]{8}\.(?:js|css)$/);
        const { status, headers } = await ask(file);
        expect(status).toBe(200);
        expect(headers).toMatchObject({
          'content-type': `text/${file.endsWith('.css') ? 'css' : 'javascript'}; charset=utf-8`,
          'cache-control': 'private, max-age=31536000, immutable',
          'cross-origin-resource-policy': 'same-origin',
        });
      }
    });

    test('the manifest names it', async () => {
      const { text } = await ask('/.well-known/gatekeeper.json');

      expect(JSON.parse(text).page).toBe(PATH);
    });

    test('a HEAD gets the same headers without a body', async () => {
      const { headers } = await ask(PATH);

      expect(await ask(PATH, { method: 'HEAD' })).toEqual({ status: 200, headers, text: '' });
    });

    test('with a slash at the end, the same files and the same manifest are found', async () => {
      const [{ text }, folder] = await Promise.all([ask(PATH), ask(`${PATH}/`)]);

      expect(urlsIn(folder.text, `${PATH}/`)).toEqual(urlsIn(text, PATH));
    });

    test('a stranger gets the same bytes as for an unknown path, for the page and for each file', async () => {
      const { text } = await ask(PATH);
      const files = urlsIn(text, PATH).filter((file) => file.startsWith(PATH));

      for (const path of [PATH, `${PATH}/`, ...files]) {
        const [refused, unknown] = await Promise.all(
          [path, path.replace(PATH, '/gatekeepex')].map((one) => ask(one, { headers: {} })),
        );
        expect(JSON.stringify(refused)).toBe(JSON.stringify(unknown).replaceAll('gatekeepex', 'gatekeeper'));
        expect(refused?.status).toBe(404);
      }
    });

    test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('there is no route that writes: %s', async (method) => {
      const [own, unknown] = await Promise.all([PATH, '/gatekeepex'].map((path) => ask(path, { method })));

      expect(JSON.stringify(own)).toBe(JSON.stringify(unknown).replaceAll('gatekeepex', 'gatekeeper'));
    });

    test('a path below the page without a file is not found', async () => {
      for (const path of [
        '/gatekeeper/page-00000000.js',
        '/gatekeeper/page.json',
        '/gatekeeper/a/b',
        '/gatekeeper/..%2f',
      ])
        expect((await ask(path)).status, path).toBe(404);
    });

    test.each([
      { accept: 'de-AT, en;q=0.5', language: 'de' },
      { accept: 'nl, ja;q=0.4, fr;q=0.8', language: 'fr' },
      { accept: 'zh-Hans-CN', language: 'zh-CN' },
      { accept: 'de;q=0, *', language: 'en' },
      { accept: '', language: 'en' },
    ])('for “$accept”, the page is in $language', async ({ accept, language }) => {
      const { text } = await ask(PATH, { headers: { ...TESTER, 'accept-language': accept } });

      expect(text).toContain(`<html lang="${language}">`);
      expect(text).toMatch(/<noscript><p>[^<]*JavaScript[^<]*<\/p><\/noscript>/);
    });
  });
}
