import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect } from 'vitest';
import type { ManifestDocument } from '../../../server-lib/wire/manifest.ts';

const SCHEMA = join(import.meta.dirname, '../../../server-lib/wire/manifest.schema.json');

const ajv = new Ajv2020({ strict: true, allErrors: true });
formats.default(ajv);
const validate = ajv.compile<ManifestDocument>(JSON.parse(readFileSync(SCHEMA, 'utf8')));

/** The errors in a manifest, one line each: those of the schema, and those that a schema cannot express. */
export function manifestMistakes(json: unknown): readonly string[] {
  if (!validate(json)) return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  const names = json.flags.map((flag) => flag.name);
  const twice = names.filter((name, at) => names.indexOf(name) !== at).map((name) => `/flags ${name} twice`);
  const unknownVariants = json.flags.flatMap(({ name, variants, default: byDefault, current, withoutOverride }) =>
    [byDefault, current, withoutOverride]
      .filter((variant) => variant !== undefined && !variants.includes(variant))
      .map((variant) => `/flags ${variant} is not a variant of ${name}`),
  );
  const titles = json.scenarios?.map((scenario) => scenario.name.trim()) ?? [];
  const again = titles.filter((title, at) => titles.indexOf(title) !== at).map((title) => `/scenarios ${title} twice`);
  return [...twice, ...unknownVariants, ...again];
}

/** Expects a manifest to be valid by the published schema. */
export function expectValidManifest(json: unknown): asserts json is ManifestDocument {
  expect(manifestMistakes(json)).toEqual([]);
}
