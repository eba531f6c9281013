import type { Manifest, ManifestFlag } from '../../../server-lib/wire/manifest.ts';
import { expandText, expandTexts, readClasses, type VectorText } from './read-vectors.ts';

/** A document served as a manifest, and the expected result of reading it. */
export interface HostileManifest {
  readonly id: string;
  readonly class: string;
  readonly title: string;
  readonly text: string;
  readonly expected: ExpectedReading;
}

export type ExpectedReading =
  | { readonly kind: 'problem'; readonly problem: string; readonly version?: string }
  | { readonly kind: 'manifest'; readonly manifest: Manifest; readonly dropped: number }
  /** For too many flags or variants to list: how many are shown, and the last flag's name. */
  | {
      readonly kind: 'count';
      readonly flags: number;
      readonly last: string;
      readonly variants: number;
      readonly dropped: number;
    };

interface Row {
  readonly title: string;
  readonly text?: VectorText;
  readonly document?: unknown;
  readonly problem?: string;
  readonly version?: unknown;
  readonly count?: number;
  readonly last?: string;
  readonly variants?: number;
  readonly dropped?: number;
  readonly flags?: readonly (Partial<ManifestFlag> & Pick<ManifestFlag, 'name' | 'variants'>)[];
  readonly app?: string;
  readonly environment?: string;
  readonly revision?: string;
  readonly cookie?: Partial<Manifest['cookie']>;
  readonly overrides?: Partial<Manifest['overrides']>;
  readonly page?: string;
  readonly context?: Manifest['context'];
  readonly scenarios?: Manifest['scenarios'];
}

/** The vectors with hostile documents. */
export const HOSTILE_MANIFESTS: readonly HostileManifest[] = readClasses<Row>('manifests').map((row) => ({
  id: row.id,
  class: row.class,
  title: row.title,
  text: row.text === undefined ? JSON.stringify(expandTexts(row.document)) : expandText(row.text),
  expected: expectedReading(expandTexts(row) as Row),
}));

function expectedReading(row: Row): ExpectedReading {
  const { problem, version, count, last = '', variants = 1, dropped = 0 } = row;
  if (problem !== undefined) {
    return { kind: 'problem', problem, ...(typeof version === 'string' ? { version } : {}) };
  }
  if (count !== undefined) return { kind: 'count', flags: count, last, variants, dropped };
  return { kind: 'manifest', manifest: expectedManifest(row), dropped };
}

function expectedManifest({
  app,
  environment,
  revision,
  cookie,
  overrides,
  page,
  context,
  flags = [],
  scenarios = [],
}: Row): Manifest {
  return {
    ...(app === undefined ? {} : { app }),
    ...(environment === undefined ? {} : { environment }),
    ...(revision === undefined ? {} : { revision }),
    cookie: { name: 'gatekeeper', maxAge: 604_800, ...cookie },
    overrides: { state: 'disabled', maxBytes: 4096, applied: [], ignored: [], ...overrides },
    ...(page === undefined ? {} : { page }),
    ...(context === undefined ? {} : { context }),
    flags: flags.map((flag) => ({ overridable: true, ...flag })),
    scenarios,
  };
}
