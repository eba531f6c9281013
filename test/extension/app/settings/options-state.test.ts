import { expect, test } from 'vitest';
import { withoutPath, withPath } from '../../../../extension/app/settings/settings.ts';

const PATHS = new Map([['https://shop.example', '/flags.json']]);

test('a path is added for the site that was typed, and replaces an existing one', () => {
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
])('for the site %j and the path %j, the invalid field is %s', (site, path, wrong) => {
  expect(withPath(PATHS, site, path)).toEqual({ wrong });
});

test('removing the path of one site keeps the others', () => {
  const two = new Map([...PATHS, ['https://other.example', '/x']]);

  expect(withoutPath(two, 'https://other.example')).toEqual(PATHS);
});
