import { isDeepStrictEqual } from 'node:util';
import type { Manifest } from '../../server-lib/wire/manifest.ts';
import { parseManifest } from '../../server-lib/wire/read-manifest.ts';
import { HOSTILE_MANIFESTS } from '../../test/helpers/protocol/hostile-manifests.ts';
import { limitBreaches } from '../../test/helpers/protocol/manifest-limits.ts';
import { objectText, randomJson, randomJsonString } from './json-text.ts';
import { mutate } from './mutate.ts';
import type { Random } from './random.ts';
import type { Target } from './target.ts';

/** Manifests as a client receives them. The result must keep within the limits and read the same a second time. */
export const manifests: Target = { generate, problem };

function generate(random: Random): string {
  switch (random.below(8)) {
    case 0:
      return randomJson(random);
    case 1:
      return mutate(random, random.pick(ROWS), MATERIAL);
    case 2:
      return mutate(random, documentText(random), MATERIAL);
    default:
      return documentText(random);
  }
}

const ROWS = HOSTILE_MANIFESTS.map(({ text }) => text).filter((text) => text.length < 2_500);
const SCRAPS = [
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
  '\ud800',
];
const MATERIAL = { others: ROWS, scraps: SCRAPS };

const NAMES = ['FLAG_A', 'FLAG_B', 'a.b-c_1', '7', '__proto__', 'constructor', 'no name', ''].map((one) =>
  JSON.stringify(one),
);
const SHAPES: Readonly<Record<string, readonly string[]>> = {
  overridable: ['true', 'false'],
  source: ['"override"', '"user"', '"rule"', '"code"', '"default"', '"error"', '"magic"'],
  url: ['"https://x.example/a b"', '"javascript:alert(1)"', '"HTTP://x.example/%ff"', '"/path"', '"https://é.example"'],
  state: ['"enabled"', '"disabled"', '"grant-required"', '"on"'],
  problem: ['"malformed"', '"too-large"'],
  grantUrl: ['"/gatekeeper/grant"', '"//x.example"', '"/\\\\x.example"', '"https://x.example/"', '"/a b"'],
  maxBytes: ['4096', '4097', '100', '0', '-1', '1.5'],
  expiresIn: ['28800', '0', '-1', '0.5', '1e300'],
  code: ['"locked"', '"unknown-flag"', '"out-of-scope"', '"unknown-attribute"', '"invalid-value"', '"x"'],
  attribute: ['"country"', '"seats"', '"beta"', '"user"', '"time"', '"no name"', '"__proto__"'],
  type: ['"string"', '"number"', '"boolean"', '"date"'],
  bound: ['1', '500', '-1', '0', '-0', '1.5', '1e999', '"1"'],
  value: ['"DE"', '"NL"', '7', 'true', 'false', '"42"', '""'],
  time: ['"2027-01-01T00:00:00Z"', '"2027-02-30T00:00:00Z"', '"2027-01-01"'],
  maxAge: ['604800', '34560000', '34560001', '0', '1.5'],
  cookieName: ['"gatekeeper"', '"__Host-gatekeeper"', '"gatekeeper-grant"', '"gatekeeper\\n"', '"sid"'],
};

function documentText(random: Random): string {
  const some = (name: string): string => (random.once(8) ? randomJson(random, 2) : random.pick(SHAPES[name] ?? NAMES));
  const list = (make: () => string): string => (random.once(10) ? randomJson(random, 2) : `[${random.list(5, make)}]`);
  const object = (members: Readonly<Record<string, () => string>>): string => {
    const kept = Object.entries(members).filter(() => !random.once(20));
    return objectText(kept.map(([name, make]) => [JSON.stringify(name), make()]));
  };
  const text = () => (random.once(8) ? randomJson(random, 1) : randomJsonString(random));
  const fields = (make: (name: string) => string, ...names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, () => make(name)]));

  const flag = () =>
    object({
      name: () => some('name'),
      variants: () => list(() => some('variant')),
      values: () =>
        objectText(Array.from({ length: random.below(4) }, () => [some('variant'), randomJson(random, 3)] as const)),
      simulated: () => some('value'),
      ...fields(some, 'overridable', 'source', 'url', 'default', 'current', 'withoutOverride'),
      ...fields(text, 'description', 'reason', 'errorCode', 'owner', 'createdAt', 'expiresAt'),
      tags: () => list(text),
    });
  const overrides = () =>
    object({
      ...fields(some, 'state', 'maxBytes', 'grantUrl', 'expiresIn', 'problem'),
      applied: () => list(() => some('flag')),
      ignored: () => list(() => object({ flag: text, variant: text, code: () => some('code') })),
    });
  const attribute = () =>
    object({
      name: () => some('attribute'),
      type: () => some('type'),
      values: () => list(() => (random.once(3) ? text() : some('value'))),
      ...Object.fromEntries(['min', 'max'].map((name) => [name, () => some('bound')])),
      ...Object.fromEntries(['current', 'simulated'].map((name) => [name, () => some('value')])),
    });
  const context = () =>
    object({
      attributes: () => list(attribute),
      user: () => object({ current: text, simulated: text }),
      time: () => object({ simulated: () => some('time') }),
    });
  const scenario = () =>
    object({
      ...fields(text, 'name', 'description'),
      overrides: () =>
        objectText(Array.from({ length: random.below(4) }, () => [some('flag'), some('variant')] as const)),
    });
  return object({
    gatekeeper: () => (random.once(20) ? randomJson(random, 1) : '1'),
    flags: () => list(flag),
    scenarios: () => list(scenario),
    ...fields(text, 'app', 'environment', 'revision'),
    cookie: () => object({ name: () => some('cookieName'), maxAge: () => some('maxAge'), domain: text }),
    overrides,
    page: () => some('grantUrl'),
    context,
  });
}

function problem(text: string): string | undefined {
  const reading = parseManifest(text);
  if (reading.kind === 'problem') return undefined;
  const { manifest, dropped } = reading;
  if (!Number.isInteger(dropped) || dropped < 0) return `expected a count of dropped entries, got ${dropped}`;
  const breaches = [...limitBreaches(withoutGrant(manifest)), ...grantBreaches(manifest)];
  if (breaches.length > 0) return `exceeds the limits: ${breaches.join(', ')}`;
  const again = parseManifest(JSON.stringify({ gatekeeper: 1, ...manifest }));
  return isDeepStrictEqual(again, { ...reading, dropped: 0 }) ? undefined : 'reads differently a second time';
}

function withoutGrant(manifest: Manifest): Manifest {
  const { grantUrl: _url, expiresIn: _seconds, ...overrides } = manifest.overrides;
  return { ...manifest, overrides };
}

function grantBreaches({ overrides: { grantUrl = '/', expiresIn = 1 } }: Manifest): readonly string[] {
  const isOwnPath =
    new URL(grantUrl, 'https://host.invalid').origin === 'https://host.invalid' && grantUrl.startsWith('/');
  const isWithin = Number.isInteger(expiresIn) && expiresIn >= 1 && expiresIn <= 34_560_000;
  return [...(isOwnPath ? [] : ['grantUrl']), ...(isWithin ? [] : ['expiresIn'])];
}
