import { expect, test } from 'vitest';
import { withoutPath, withPath } from '../../../../extension/app/settings/settings.ts';

const PATHS = new Map([['https://shop.example', '/flags.json']]);

test('a path is added for the site that was typed, in place of one that it had', () => {
  expect(withPath(PATHS, 'localhost:3000', '/a.json')).toEqual({
    paths: new Map([...PATHS, ['http://localhost:3000', '/a.json']]),
  });
  expect(withPath(PATHS, 'https://shop.example/lamps', '/new.json')).toEqual({
    paths: new Map([['https://shop.example', '/new.json']]),
  });
});

test.each([
  // site                path                     wrong
  ['ftp://shop.example', '/flags.json', 'site'],
  ['shop.example', 'flags.json', 'path'],
  ['shop.example', '//other.example/flags.json', 'path'],
])('of %j and %j the %s is wrong', (site, path, wrong) => {
  expect(withPath(PATHS, site, path)).toEqual({ wrong });
});

test('the path of one site is forgotten, and the others stay', () => {
  const two = new Map([...PATHS, ['https://other.example', '/x']]);

  expect(withoutPath(two, 'https://other.example')).toEqual(PATHS);
});
