import { describe, expect, test } from 'vitest';
import { type ManifestParseResult, parseManifest } from '../../../server-lib/wire/read-manifest.ts';
import { type ExpectedReading, HOSTILE_MANIFESTS } from '../../helpers/protocol/hostile-manifests.ts';

describe.each([...new Set(HOSTILE_MANIFESTS.map((row) => row.class))])('hostile manifests: %s', (name) => {
  const rows = HOSTILE_MANIFESTS.filter((row) => row.class === name);

  test.each(rows)('$title', ({ text, expected }) => {
    // Strictly: an omitted field is missing, not undefined.
    expect(summary(parseManifest(text), expected)).toStrictEqual(expected);
  });
});

/** A parse result in the shape of the table, so that the two can be compared. */
function summary(reading: ManifestParseResult, expected: ExpectedReading): unknown {
  if (reading.kind === 'problem') {
    const { kind: problem, ...more } = reading.problem;
    // If the table has no version, the reader may describe it in any way.
    return { kind: 'problem', problem, ...(Object.hasOwn(expected, 'version') ? more : {}) };
  }
  if (expected.kind !== 'count') return reading;
  const { flags } = reading.manifest;
  const { name, variants } = flags.at(-1) ?? { name: '', variants: [] };
  return { kind: 'count', flags: flags.length, last: name, variants: variants.length, dropped: reading.dropped };
}

test('no document changes Object.prototype', () => {
  const before = Object.getOwnPropertyNames(Object.prototype);

  for (const { text } of HOSTILE_MANIFESTS) parseManifest(text);

  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
});

test('the table has more than 400 different documents', () => {
  const documents = new Set(HOSTILE_MANIFESTS.map(({ text }) => text));

  expect(documents.size).toBe(HOSTILE_MANIFESTS.length);
  expect(documents.size).toBeGreaterThan(400);
});
