import { sanitize } from '../../wire/sanitize.ts';
import { isJsonObject, ownField, parseUrl } from '../../wire/untrusted-json.ts';
import data from './fixture.json' with { type: 'json' };

/** A flag of the fixture, as docs/conformance.md shows it. */
export interface FixtureFlag {
  readonly variants: readonly string[];
  readonly default: string;
  readonly hidden?: boolean;
  readonly overridable?: boolean;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** The data of the fixture (docs/conformance.md). */
export interface Fixture {
  readonly flags: Readonly<Record<string, FixtureFlag>>;
  readonly rules: { readonly flags: object };
  readonly scenarios: readonly { readonly name: string }[];
  readonly grants: {
    readonly path: string;
    readonly origins: readonly string[];
    readonly generation: number;
    readonly keys: readonly { readonly kid: string; readonly secret: string }[];
    readonly scopes: Readonly<Record<string, '*' | readonly string[]>>;
    readonly revoked: readonly { readonly jti: string; readonly sub: string }[];
  };
  readonly simulate: {
    readonly userId: true;
    readonly time: true;
    readonly attributes: {
      readonly country: readonly string[];
      readonly seats: { readonly min: number; readonly max: number };
      readonly code: 'boolean';
    };
  };
  readonly pageHeaders: Readonly<Record<string, string>>;
}

/** The names of the flags that fill a header. */
export const MANY: readonly string[] = Array.from({ length: 80 }, (_, at) => `MANY_${String(at + 1).padStart(2, '0')}`);

export const FIXTURE: Fixture = {
  ...(data as unknown as Fixture),
  flags: {
    ...(data.flags as unknown as Fixture['flags']),
    ...Object.fromEntries(MANY.map((name) => [name, { variants: ['ON', 'OFF'], default: 'OFF' }])),
  },
};

export const CAPABILITIES = [
  'overrides',
  'users',
  'rules',
  'values',
  'manifest',
  'acknowledge',
  'caches',
  'grants',
  'simulate',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

export const SITES = ['policy', 'closed', 'grants', 'development'] as const;
export type SiteName = (typeof SITES)[number];

/** What a fixture says about itself: the response to `GET /conformance`. */
export interface Description {
  readonly name: string;
  readonly sites: ReadonlyMap<SiteName, URL>;
  /** `true`, or why a capability or a check is not possible there. */
  readonly capabilities: ReadonlyMap<string, true | string>;
}

/** Reads a fixture's description, or says what is wrong with it. */
export function readDescription(text: string, url: URL): Description | { readonly problem: string } {
  const document = parseJson(text);
  if (!isJsonObject(document) || ownField(document, 'conformance') !== 1) {
    return { problem: 'expected a JSON object with "conformance": 1' };
  }
  const [name, sites, capabilities] = ['name', 'sites', 'capabilities'].map((key) => ownField(document, key));
  if (typeof name !== 'string' || name === '') return { problem: '"name" must be a string that is not empty' };
  if (!isJsonObject(sites)) return { problem: '"sites" must be an object of URLs' };
  const found = new Map<SiteName, URL>();
  for (const site of SITES) {
    const address = ownField(sites, site);
    if (address === undefined) continue;
    const resolved = typeof address === 'string' ? parseUrl(address, url.href) : undefined;
    // The fixture must not send the command to another machine.
    if (resolved?.protocol !== 'http:' || resolved.hostname !== url.hostname) {
      return { problem: `"sites.${site}" must be an http URL on ${url.hostname}; got ${display(address)}` };
    }
    found.set(site, resolved);
  }
  if (!isJsonObject(capabilities)) return { problem: '"capabilities" must be an object' };
  const entries = Object.entries(capabilities);
  const bad = entries.find(([, value]) => value !== true && (typeof value !== 'string' || value === ''));
  if (bad !== undefined) {
    return { problem: `"capabilities.${sanitize(bad[0], 100)}" must be true or a reason; got ${display(bad[1])}` };
  }
  return { name, sites: found, capabilities: new Map(entries as [string, true | string][]) };
}

/** A value of the fixture for a message, on one line. */
export function display(value: unknown, limit = 2_000): string {
  return sanitize(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'), limit);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
