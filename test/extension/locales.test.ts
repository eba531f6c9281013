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
const places = (message = ''): readonly string[] => [...new Set(message.match(/\$\d/g))].sort();

test('there are texts in exactly the languages that one can choose', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(LANGUAGES).sort());
});

describe.each(Object.keys(LANGUAGES))('the texts in %s', (language) => {
  const messages = messagesOf(language);

  test('have the keys of the English ones, in their order', () => {
    expect(Object.keys(messages)).toEqual(keys);
  });

  test('have the places for values that the English ones have', () => {
    const differing = keys.filter((key) => `${places(messages[key]?.message)}` !== `${places(english[key]?.message)}`);

    expect(differing).toEqual([]);
  });

  test('are texts, with no space at an end and no $ that a browser would read as something else', () => {
    const odd = Object.entries(messages).filter(
      ([, { message }]) => !/^\S(.*\S)?$/.test(message) || /\$(?![1-9])|\$[\w@]+\$/.test(message),
    );

    expect(odd).toEqual([]);
  });

  test('name the language as a page and Intl know it, and the way it is written', () => {
    expect(Intl.getCanonicalLocales(messages.languageTag?.message)).toEqual([language.replace('_', '-')]);
    expect(messages.direction?.message).toMatch(/^(ltr|rtl)$/);
  });

  test('describe the extension in no more letters than a store takes', () => {
    expect(messages.extensionDescription?.message.length).toBeLessThanOrEqual(132); // Chrome Web Store
  });
});

test('every text is said somewhere', () => {
  const manifests = JSON.stringify([manifestFor('chrome'), manifestFor('firefox')]);
  const said = new Set(
    readSources('extension').flatMap((file) =>
      nodesOf(file).flatMap((node) => (ts.isStringLiteralLike(node) ? node.text : [])),
    ),
  );

  const unused = keys.filter(
    (key) => !said.has(key.replace(/_(one|other)$/, '')) && !manifests.includes(`__MSG_${key}__`),
  );

  expect(unused).toEqual([]);
});

test('the manifests name no text that there is not', () => {
  const named = JSON.stringify([manifestFor('chrome'), manifestFor('firefox')]).matchAll(/__MSG_(\w+?)__/g);

  expect([...named].map(([, key = '']) => key).filter((key) => !keys.includes(key))).toEqual([]);
});

test('whoever says a text gives it as many values as it has places for', () => {
  const calls = readSources('extension').flatMap((file) => nodesOf(file).filter(ts.isCallExpression));

  const wrong = calls.flatMap(({ expression, arguments: [word, ...values] }) => {
    if (!ts.isIdentifier(expression) || word === undefined || !ts.isStringLiteralLike(word)) return [];
    const key = { say: word.text, sayCount: `${word.text}_other` }[expression.text];
    if (key === undefined || places(english[key]?.message).length === values.length) return [];
    return `${word.text} with ${values.length}`;
  });

  expect(wrong).toEqual([]);
});
