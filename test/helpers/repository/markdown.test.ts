import { expect, test } from 'vitest';
import { codeBlocks, namedScripts, relativeLinks } from './markdown.ts';

test('codeBlocks returns only the blocks of the given language', () => {
  const markdown = 'a\n```ts\nconst a = 1;\n```\n```sh\nls\n```\n```ts title\nconst b = 2;\n```\n';

  expect(codeBlocks(markdown, 'ts')).toEqual(['const a = 1;\n', 'const b = 2;\n']);
});

test.each([
  // markdown                                   links
  ['[the protocol](docs/protocol.md)', ['docs/protocol.md']],
  ['[a section](docs/protocol.md#grants "title")', ['docs/protocol.md']],
  ['![popup](docs/popup.png)', ['docs/popup.png']],
  ['<img src="docs/popup.png" width="400">', ['docs/popup.png']],
  ['<source media="(prefers-color-scheme: dark)" srcset="docs/dark.png">', ['docs/dark.png']],
  ['[here](#usage) [there](https://example.com/a.md) [mail](mailto:a@example.com)', []],
  ['`[not](a-link.md)`', []],
  ['```md\n[not](a-link.md)\n```\n', []],
])('%s links to %j', (markdown, links) => {
  expect(relativeLinks(markdown)).toEqual(links);
});

test('namedScripts finds every npm run, with and without arguments', () => {
  expect(namedScripts('`npm run build` and `npm run build:lib -- --x`, not `npm test`')).toEqual([
    'build',
    'build:lib',
  ]);
});
