import { readFileSync } from 'node:fs';
import path from 'node:path';
import murmurhash from 'murmurhash';
import { expect, test } from 'vitest';
import { conformanceVectors } from '../../../../scripts/conformance/vectors.ts';
import { FIXTURE } from '../../../../server-lib/cli/conform/fixture.ts';
import { COOKIE_ROWS, expandText, GRANT_ROWS, SIGNED_IN, tokenAt } from '../../../../server-lib/cli/conform/vectors.ts';
import { GRANT_SITE } from '../../../helpers/protocol/grant-vectors.ts';
import { COOKIE_SITE, HOSTILE_COOKIES } from '../../../helpers/protocol/hostile-cookies.ts';
import { refusingStep } from '../../../helpers/protocol/reference-grant.ts';
import { ROOT } from '../../../helpers/repository/source-tree.ts';

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

test('the command has the rows of test/vectors: npx tsx scripts/conformance/write-vectors.ts', () => {
  expect(read('server-lib/cli/conform/vectors.json')).toBe(conformanceVectors());
  expect(Object.values(COOKIE_ROWS).flat().length).toBeGreaterThan(HOSTILE_COOKIES.length * 0.85);
});

test('the fixture has the flags and the grants of the vectors', () => {
  for (const [name, flag] of Object.entries(COOKIE_SITE.flags)) expect(FIXTURE.flags[name]).toEqual(flag);
  const { keys, origins, generation, revoked } = GRANT_SITE;
  expect(FIXTURE.grants).toMatchObject({ keys, origins, generation, revoked });
});

test('no vector names a flag that only the fixture has', () => {
  const unknown = Object.values(COOKIE_ROWS)
    .flat()
    .flatMap(({ ignored = [] }) => ignored.filter(({ code }) => code === 'unknown-flag'));

  expect(unknown.filter(({ flag }) => Object.hasOwn(FIXTURE.flags, flag))).toEqual([]);
});

test.each([GRANT_SITE.now, 1_700_000_001, 1_767_225_600, 1_799_999_999, 1_899_999_000])(
  'a grant vector has the same result at the time %i',
  (now) => {
    for (const [name, rows] of Object.entries(GRANT_ROWS)) {
      for (const row of rows.filter(({ cookie }) => cookie === undefined)) {
        const signedIn = row.signedIn === undefined ? expandText(row.subject ?? SIGNED_IN) : row.signedIn;

        expect(refusingStep(tokenAt(row, now), { now, signedIn }), `${name}: ${row.title}`).toBe(row.step);
      }
    }
  },
);

test('the page publishes the variants that MurmurHash3 gives', () => {
  const [users = [], variants = []] = [...read('docs/conformance.md').matchAll(/^\| (?:user| {4}) (\|.*)\|$/gm)].map(
    ([, cells = '']) => cells.split('|').map((cell) => cell.trim().replaceAll('`', '')),
  );
  const rows = users.flatMap((user, at) => (user === '' || user === 'none' ? [] : [[user, variants[at]] as const]));

  expect(rows.length).toBe(11);
  for (const [user, variant] of rows) {
    const bucket = (BigInt(murmurhash.v3(`ROLLOUT${user}`, 0)) * 100n) >> 32n;
    expect(['A', 'B', 'C', 'D'][Number(bucket / 25n)], user).toBe(variant);
  }
});
