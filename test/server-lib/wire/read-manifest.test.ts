import { afterEach, expect, test } from 'vitest';
import type { ManifestDocument } from '../../../server-lib/wire/manifest.ts';
import { parseManifest } from '../../../server-lib/wire/read-manifest.ts';
import { HOSTILE_MANIFESTS } from '../../helpers/protocol/hostile-manifests.ts';
import { protocolExample } from '../../helpers/protocol/protocol-example.ts';

const prototype = Object.prototype as unknown as Record<string, unknown>;
const POLLUTION = {
  gatekeeper: 1,
  flags: [{ name: 'X', variants: ['ON'] }],
  name: 'X',
  variants: ['ON'],
  state: 'enabled',
  description: 'x',
};
afterEach(() => {
  for (const key of Object.keys(POLLUTION)) delete prototype[key];
});

test('the protocol’s example is read completely', () => {
  const { app, environment, revision, cookie, overrides, flags, scenarios } = protocolExample() as ManifestDocument;

  expect(parseManifest(JSON.stringify(protocolExample()))).toEqual({
    kind: 'manifest',
    manifest: {
      app,
      environment,
      revision,
      cookie: { name: cookie.name, maxAge: cookie.maxAge },
      overrides,
      flags,
      scenarios,
    },
    dropped: 0,
  });
});

test('a byte order mark is not JSON: the decoder of the bytes must remove it', () => {
  const text = '\ufeff{"gatekeeper":1,"flags":[]}';

  expect(parseManifest(text)).toEqual({ kind: 'problem', problem: { kind: 'not-json' } });
});

test('a version that is an object is not quoted', () => {
  expect(parseManifest('{"gatekeeper":{"a":1},"flags":[]}')).toEqual({
    kind: 'problem',
    problem: { kind: 'version', version: '(not a number)' },
  });
});

test('long lists other than the flags are cut to the limits', () => {
  const overrides = {
    applied: Array.from({ length: 5_001 }, (_, at) => `F${at}`),
    ignored: Array.from({ length: 5_001 }, (_, at) => ({ flag: `F${at}`, code: 'locked' })),
  };
  const tags = Array.from({ length: 101 }, (_, at) => `t${at}`);
  const flags = [{ name: 'FLAG_A', variants: ['ON'], tags }];

  const reading = parseManifest(JSON.stringify({ gatekeeper: 1, overrides, flags }));

  if (reading.kind !== 'manifest') throw new Error('no manifest');
  expect(reading.manifest.overrides.applied.at(-1)).toBe('F4999');
  expect(reading.manifest.overrides.ignored.at(-1)).toEqual({ flag: 'F4999', code: 'locked' });
  expect(reading.manifest.flags[0]?.tags?.at(-1)).toBe('t99');
});

test('fields of a polluted Object.prototype are not part of a document', () => {
  const clean = HOSTILE_MANIFESTS.map(({ text }) => JSON.stringify(parseManifest(text)));

  Object.assign(prototype, POLLUTION);
  const polluted = HOSTILE_MANIFESTS.map(({ text }) => JSON.stringify(parseManifest(text)));

  expect(polluted.filter((reading, at) => reading !== clean[at])).toEqual([]);
});
