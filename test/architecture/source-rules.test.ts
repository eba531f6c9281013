import { expect, test } from 'vitest';
import { globalsUsed, sourceProblems } from './source-rules.ts';

// Joined from parts, because the rules also apply to this file.
const TODO = ['TO', 'DO'].join('');
const IGNORE = ['@ts', 'ignore'].join('-');

test.each([
  // text                                                    problem
  ['const a: unknown = 1;', undefined],
  ["const text = 'any'; // any more", undefined],
  ['element.textContent = text;', undefined],
  ['inspectedWindow.eval(text);', undefined],
  [`// ${TODO} [2027-03-01]: drop it`, undefined],
  [`// ${IGNORE}: optional, a caller may not have it`, undefined],
  ['const a: any = 1;', 'a.ts uses the type any'],
  ['const a = b as any;', 'a.ts uses the type any'],
  ['element.innerHTML = text;', 'a.ts parses a string as HTML: innerHTML'],
  ['eval(text);', 'a.ts evaluates a string as code: eval'],
  ["new Function('return 1');", 'a.ts evaluates a string as code: new Function'],
  [`// ${TODO}: drop it`, 'a.ts:1 has a TODO without a date: TODO [2027-03-01]: …'],
  [`// ${IGNORE}`, 'a.ts:1 silences the compiler without a reason on the same line'],
])('%s: %s', (text, problem) => {
  expect(sourceProblems({ path: 'a.ts', text })).toEqual(problem === undefined ? [] : [problem]);
});

test.each([
  // markup                                                  problem
  ["<p>{t('undo')} · </p>", undefined],
  ['<p dir="auto" class="undo" />', undefined],
  ['<p>Undo</p>', 'extension/a.tsx has a string that is not in _locales: Undo'],
  ['<p>{1} ö</p>', 'extension/a.tsx has a string that is not in _locales: ö'],
  ['<p title="Undo" />', 'extension/a.tsx has a string that is not in _locales: Undo'],
  ['<input aria-label="Search" />', 'extension/a.tsx has a string that is not in _locales: Search'],
])('%s in the extension: %s', (text, problem) => {
  const problems = problem === undefined ? [] : [problem];
  expect(sourceProblems({ path: 'extension/a.tsx', text })).toEqual(problems);
  expect(sourceProblems({ path: 'test/a.tsx', text })).toEqual([]);
});

test.each([
  // text                                                    problem
  ['export const title = () => document.title;', 'a.ts uses the global document'],
  ['export const title = (page) => page.document.title;', undefined],
  ['// document.title is the title of the page', undefined],
])('%s: %s', (text, problem) => {
  expect(globalsUsed({ path: 'a.ts', text }, ['document'])).toEqual(problem === undefined ? [] : [problem]);
});
