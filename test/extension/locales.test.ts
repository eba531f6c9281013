import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript-5.9';
import { describe, expect, test } from 'vitest';
import { LANGUAGES, type Messages } from '../../extension/app/i18n/languages.ts';
import { manifestFor } from '../../extension/manifest.ts';
import { nodesOf } from '../helpers/repository/imports.ts';
import { ROOT, readSources } from '../helpers/repository/source-tree.ts';

const FOLDER = path.join(ROOT, 'extension/_locales');
const messagesOf = (language: string): Messages =>
  JSON.parse(readFileSync(path.join(FOLDER, language, 'messages.json'), 'utf8'));

const english = messagesOf('en');
const keys = Object.keys(english);
const placeholders = (message = ''): readonly string[] => [...new Set(message.match(/\$\d/g))].sort();

test('there are messages in exactly the languages that the options offer', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(LANGUAGES).sort());
});

describe.each(Object.keys(LANGUAGES))('the messages in %s', (language) => {
  const messages = messagesOf(language);

  test('have the same keys as the English ones, in the same order', () => {
    expect(Object.keys(messages)).toEqual(keys);
  });

  test('have the same placeholders as the English ones', () => {
    const differing = keys.filter(
      (key) => `${placeholders(messages[key]?.message)}` !== `${placeholders(english[key]?.message)}`,
    );

    expect(differing).toEqual([]);
  });

  test('are not empty, have no space at either end, and no $ that browsers would interpret', () => {
    const odd = Object.entries(messages).filter(
      ([, { message }]) => !/^\S(.*\S)?$/.test(message) || /\$(?![1-9])|\$[\w@]+\$/.test(message),
    );

    expect(odd).toEqual([]);
  });

  test('have a valid language tag and text direction', () => {
    expect(Intl.getCanonicalLocales(messages.languageTag?.message)).toEqual([language.replace('_', '-')]);
    expect(messages.direction?.message).toMatch(/^(ltr|rtl)$/);
  });

  test('have a description within the limit of the Chrome Web Store', () => {
    expect(messages.extensionDescription?.message.length).toBeLessThanOrEqual(132); // Chrome Web Store
  });
});

test('every message is used', () => {
  const manifests = JSON.stringify([manifestFor('chrome'), manifestFor('firefox')]);
  const used = new Set(
    readSources('extension').flatMap((file) =>
      nodesOf(file).flatMap((node) => (ts.isStringLiteralLike(node) ? node.text : [])),
    ),
  );

  used.add('pageNeedsScript'); // the build puts it into the document of the override page

  const unused = keys.filter(
    (key) => !used.has(key.replace(/_(one|other)$/, '')) && !manifests.includes(`__MSG_${key}__`),
  );

  expect(unused).toEqual([]);
});

test('the manifests use only keys that exist', () => {
  const named = JSON.stringify([manifestFor('chrome'), manifestFor('firefox')]).matchAll(/__MSG_(\w+?)__/g);

  expect([...named].map(([, key = '']) => key).filter((key) => !keys.includes(key))).toEqual([]);
});

test('every call of t() and tCount() passes as many values as the message has placeholders', () => {
  const calls = readSources('extension').flatMap((file) => nodesOf(file).filter(ts.isCallExpression));

  const wrong = calls.flatMap(({ expression, arguments: [keyNode, ...values] }) => {
    if (!ts.isIdentifier(expression) || keyNode === undefined || !ts.isStringLiteralLike(keyNode)) return [];
    const key = { t: keyNode.text, tCount: `${keyNode.text}_other` }[expression.text];
    if (key === undefined || placeholders(english[key]?.message).length === values.length) return [];
    return `${keyNode.text} with ${values.length}`;
  });

  expect(wrong).toEqual([]);
});
