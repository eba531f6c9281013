import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../../helpers/repository/source-tree.ts';

const page = readFileSync(path.join(ROOT, 'docs/conformance.md'), 'utf8');
const fixture = JSON.parse(readFileSync(path.join(ROOT, 'server-lib/cli/conform/fixture.json'), 'utf8'));

test.each(Object.keys(fixture))('docs/conformance.md shows the fixture’s %s as the command prints them', (part) => {
  const blocks = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text = '']) => JSON.parse(text));

  expect(blocks).toContainEqual(fixture[part]);
});
