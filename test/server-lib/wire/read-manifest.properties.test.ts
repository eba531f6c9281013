import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Manifest } from '../../../server-lib/wire/manifest.ts';
import { type ManifestParseResult, parseManifest } from '../../../server-lib/wire/read-manifest.ts';
import { anyValue, flagEntry, manifestDocument } from '../../arbitraries/manifest-documents.ts';
import { mutationsOf, propertyTimeout, runs } from '../../arbitraries/mutations.ts';
import { HOSTILE_MANIFESTS } from '../../helpers/protocol/hostile-manifests.ts';
import { limitBreaches } from '../../helpers/protocol/manifest-limits.ts';

function expectSound(reading: ManifestParseResult): void {
  if (reading.kind === 'problem') {
    expect(['not-json', 'not-a-manifest', 'version']).toContain(reading.problem.kind);
    return;
  }
  expect(Number.isInteger(reading.dropped) && reading.dropped >= 0).toBe(true);
  expect(limitBreaches(reading.manifest)).toEqual([]);
  expect(parseManifest(serialised(reading.manifest))).toEqual({ ...reading, dropped: 0 });
}

const serialised = (manifest: Manifest): string => JSON.stringify({ gatekeeper: 1, ...manifest });

test('any string gives a problem or a manifest within the limits', { timeout: propertyTimeout() }, () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => expectSound(parseManifest(text))),
    runs(20_000),
  );
});

test('a damaged document is read within the limits, and the result reads the same again', {
  timeout: propertyTimeout(),
}, () => {
  fc.assert(
    fc.property(manifestDocument, (document) => expectSound(parseManifest(JSON.stringify(document)))),
    runs(40_000),
  );
});

test('mutated documents of the table are read within the limits', { timeout: propertyTimeout() }, () => {
  const texts = HOSTILE_MANIFESTS.map(({ text }) => text).filter((text) => text.length < 2_500);
  const unit = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    '\\',
    '0',
    '1',
    '-',
    'e',
    'null',
    'true',
    ' ',
    'A',
    '\u202e',
  );

  fc.assert(
    fc.property(mutationsOf(texts, unit), (text) => expectSound(parseManifest(text))),
    runs(30_000),
  );
});

test('invalid entries are dropped and do not affect others, at any position', { timeout: propertyTimeout() }, () => {
  const good = { name: 'GOOD', variants: ['ON', 'OFF'], description: 'good', overridable: false };
  const bad = fc.oneof(anyValue, flagEntry).filter((entry) => !JSON.stringify(entry ?? null).includes('"GOOD"'));

  fc.assert(
    fc.property(fc.array(bad, { maxLength: 4 }), fc.array(bad, { maxLength: 4 }), (before, after) => {
      const reading = parseManifest(JSON.stringify({ gatekeeper: 1, flags: [...before, good, ...after] }));

      expect(reading.kind === 'manifest' && reading.manifest.flags).toContainEqual(good);
    }),
    runs(10_000),
  );
});

test('the rest of a manifest never changes its flags', { timeout: propertyTimeout() }, () => {
  const flags = [{ name: 'FLAG_A', variants: ['ON', 'OFF'], overridable: true }];

  fc.assert(
    fc.property(manifestDocument, fc.dictionary(fc.string(), anyValue, { maxKeys: 3 }), (document, more) => {
      const reading = parseManifest(JSON.stringify({ ...more, ...document, gatekeeper: 1, flags }));

      expect(reading.kind === 'manifest' && reading.manifest.flags).toEqual(flags);
    }),
    runs(10_000),
  );
});
