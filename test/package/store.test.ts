import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { LANGUAGES } from '../../extension/app/i18n/languages.ts';
import { BUILDS, manifestFor } from '../../extension/manifest.ts';
import { ROOT } from '../helpers/repository/source-tree.ts';

const textOf = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** A section of the listing as it is entered in the store, with one line for each paragraph. */
function section(title: string): string {
  const listing = textOf('docs/store/listing.md');
  const [, body] = listing.split(`\n## ${title}\n`);
  if (body === undefined) throw new Error(`no section ${title}`);
  return (body.split('\n## ')[0] ?? '').trim().replace(/(?<=\S)\n(?=[^\n•])/g, ' ');
}

test.each([
  // text                                       maximum length
  ['Title', 50], //                             addons.mozilla.org; the Chrome Web Store allows 75
  ['Title of the build with the DevTools panel', 50],
  ['Summary for the Chrome Web Store', 132],
  ['Summary for addons.mozilla.org', 250],
  ['Description', 15_000], //                   addons.mozilla.org; the Chrome Web Store allows 16,000
  ['Description of the DevTools panel', 15_000],
  ['Single purpose', 1_000],
])('the store’s text "%s" has at most %i characters', (title, limit) => {
  const text = section(title);

  expect(text.length).toBeGreaterThan(0);
  expect(text.length).toBeLessThanOrEqual(limit);
});

test('the listing’s titles and summary are equal to those of the builds', () => {
  const names = BUILDS.map((build) => (manifestFor(build) as { readonly name: string }).name);
  const english = JSON.parse(textOf('extension/_locales/en/messages.json'));

  expect(new Set(names)).toEqual(new Set([section('Title'), section('Title of the build with the DevTools panel')]));
  expect(section('Summary for the Chrome Web Store')).toBe(english.extensionDescription.message);
});

test.each(Object.keys(LANGUAGES))('the summary in %s is short enough for both stores', (language) => {
  const { extensionDescription } = JSON.parse(textOf(`extension/_locales/${language}/messages.json`));

  expect(extensionDescription.message.length).toBeLessThanOrEqual(132);
});

test('docs/store/permissions.md explains every permission of every build', () => {
  const document = textOf('docs/store/permissions.md');
  const keys = ['permissions', 'optional_permissions', 'host_permissions', 'optional_host_permissions'];

  const permissions = BUILDS.flatMap((build) => {
    const manifest = manifestFor(build) as Readonly<Record<string, readonly string[]>>;
    return [...keys.flatMap((key) => manifest[key] ?? []), ...('devtools_page' in manifest ? ['devtools_page'] : [])];
  });

  expect([...new Set(permissions)].filter((permission) => !document.includes(`\`${permission}\``))).toEqual([]);
});

test('every picture for the stores has the required size, 1280 by 800', () => {
  const folder = path.join(ROOT, 'docs/store/pictures');
  const pictures = readdirSync(folder).filter((name) => name.endsWith('.png'));

  const sizes = pictures.map((name) => {
    const header = readFileSync(path.join(folder, name)).subarray(16, 24); // IHDR (PNG 11.2.1)
    return `${name} ${header.readUInt32BE(0)} x ${header.readUInt32BE(4)}`;
  });

  expect(pictures.length).toBeGreaterThan(0);
  expect(sizes).toEqual(pictures.map((name) => `${name} 1280 x 800`));
});
