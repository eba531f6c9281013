import { expect, test } from 'vitest';
import { globalsUsed, sourceProblems } from './source-rules.ts';

// Written in pieces, so that this file holds what it tests for in strings only.
const TODO = ['TO', 'DO'].join('');
const IGNORE = ['@ts', 'ignore'].join('-');

test.each([
  // text                                                    complaint
  ['const a: unknown = 1;', undefined],
  ["const text = 'any'; // any more", undefined],
  ['element.textContent = text;', undefined],
  ['inspectedWindow.eval(text);', undefined],
  [`// ${TODO} [2027-03-01]: drop it`, undefined],
  [`// ${IGNORE}: optional, a caller may not have it`, undefined],
  ['const a: any = 1;', 'a.ts uses the type any'],
  ['const a = b as any;', 'a.ts uses the type any'],
  ['element.innerHTML = text;', 'a.ts parses text as HTML: innerHTML'],
  ['eval(text);', 'a.ts evaluates text: eval'],
  ["new Function('return 1');", 'a.ts evaluates text: new Function'],
  [`// ${TODO}: drop it`, 'a.ts:1 has a TODO without a date: TODO [2027-03-01]: …'],
  [`// ${IGNORE}`, 'a.ts:1 silences the compiler without a reason on the same line'],
])('%s: %s', (text, complaint) => {
  expect(sourceProblems({ path: 'a.ts', text })).toEqual(complaint === undefined ? [] : [complaint]);
});

test.each([
  // markup                                                  complaint
  ["<p>{say('undo')} · </p>", undefined],
  ['<p dir="auto" class="undo" />', undefined],
  ['<p>Undo</p>', 'extension/a.tsx says words of its own: Undo'],
  ['<p>{1} ö</p>', 'extension/a.tsx says words of its own: ö'],
  ['<p title="Undo" />', 'extension/a.tsx says words of its own: Undo'],
  ['<input aria-label="Search" />', 'extension/a.tsx says words of its own: Search'],
])('the extension draws %s: %s', (text, complaint) => {
  const complaints = complaint === undefined ? [] : [complaint];
  expect(sourceProblems({ path: 'extension/a.tsx', text })).toEqual(complaints);
  expect(sourceProblems({ path: 'test/a.tsx', text })).toEqual([]);
});

test.each([
  // text                                                    complaint
  ['export const title = () => document.title;', 'a.ts reaches into document'],
  ['export const title = (page) => page.document.title;', undefined],
  ['// document.title is what the page says', undefined],
])('%s: %s', (text, complaint) => {
  expect(globalsUsed({ path: 'a.ts', text }, ['document'])).toEqual(complaint === undefined ? [] : [complaint]);
});
