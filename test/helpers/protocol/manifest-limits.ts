import type {
  Manifest,
  ManifestAttribute,
  ManifestContext,
  ManifestFlag,
  Scenario,
} from '../../../server-lib/wire/manifest.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
const COOKIE_NAME = /^(__Host-|__Secure-)?gatekeeper[A-Za-z0-9_-]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the tests check that there are none
const NOT_SHOWN = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/u;

const STATES = ['enabled', 'disabled', 'grant-required'];
const CODES = [
  'unknown-flag',
  'unknown-variant',
  'not-a-string',
  'locked',
  'out-of-scope',
  'unknown-attribute',
  'invalid-value',
];

/** The limits of docs/protocol.md section 3 that a parsed manifest exceeds. Plain code, because it runs a million times. */
export function limitBreaches(manifest: Manifest): readonly string[] {
  const { app, environment, revision, cookie, overrides, page, context, flags, scenarios, ...rest } = manifest;
  return breaches({
    'unknown fields': Object.keys(rest).length === 0,
    head: [app, environment, revision].every(isShown),
    cookie: isCookie(cookie),
    overrides: isOverrides(overrides),
    page: page === undefined || isSameOriginPath(page),
    context: context === undefined || isContext(context),
    'number of flags': flags.length <= 5_000,
    'flags of one name': new Set(flags.map(({ name }) => name)).size === flags.length,
    scenarios: scenarios.length <= 100 && scenarios.every(isScenario),
    'scenarios of one name': new Set(scenarios.map(({ name }) => name)).size === scenarios.length,
  }).concat(flags.flatMap(flagBreaches));
}

function flagBreaches(flag: ManifestFlag): readonly string[] {
  const { name, variants, values, overridable, source, tags = [], url, default: byDefault, current, ...more } = flag;
  const { withoutOverride, simulated, description, reason, errorCode, owner, createdAt, expiresAt, ...rest } = more;
  return breaches({
    'unknown fields of a flag': Object.keys(rest).length === 0,
    name: isName(name),
    variants: variants.every(isName) && variants.length > 0 && variants.length <= 100,
    values: values === undefined || areValues(values, variants),
    'variants of one name': new Set(variants).size === variants.length,
    overridable: typeof overridable === 'boolean',
    simulated: simulated === undefined || simulated === true,
    'chosen variants': [byDefault, current, withoutOverride].every(
      (variant) => variant === undefined || isName(variant),
    ),
    texts: [description, source, reason, errorCode, owner, createdAt, expiresAt, ...tags].every(isShown),
    tags: tags.length <= 100,
    url: url === undefined || (/^https?:\/\/[\x21-\x7e]+$/.test(url) && url.length <= 2_000),
  });
}

function areValues(values: object, variants: readonly string[]): boolean {
  const entries = Object.entries(values);
  return (
    entries.length > 0 &&
    entries.every(([variant, value]) => variants.includes(variant) && value !== null && !Array.isArray(value)) &&
    JSON.stringify(values).length <= 2_000 &&
    stringsIn(values).every(isShown)
  );
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...stringsIn(item)]);
}

function breaches(kept: Readonly<Record<string, boolean>>): string[] {
  return Object.keys(kept).filter((rule) => !kept[rule]);
}

function isCookie({ name, maxAge, ...rest }: Manifest['cookie']): boolean {
  return COOKIE_NAME.test(name) && isWithin(maxAge, 34_560_000) && Object.keys(rest).length === 0;
}

function isOverrides({
  state,
  maxBytes,
  applied,
  ignored,
  problem,
  grantUrl,
  expiresIn,
  ...rest
}: Manifest['overrides']): boolean {
  return (
    STATES.includes(state) &&
    isWithin(maxBytes, 4_096) &&
    applied.every(isName) &&
    ignored.every(({ flag, variant, code }) => isShown(flag) && isShown(variant) && CODES.includes(code)) &&
    [undefined, 'malformed', 'too-large'].includes(problem) &&
    (grantUrl === undefined || isSameOriginPath(grantUrl)) &&
    (expiresIn === undefined || isWithin(expiresIn, 34_560_000)) &&
    Object.keys(rest).length === 0
  );
}

function isContext({ attributes = [], user = {}, time = {}, ...rest }: ManifestContext): boolean {
  const names = attributes.map(({ name }) => name);
  const { current, simulated, ...others } = user;
  return (
    attributes.length <= 100 &&
    attributes.every(isAttribute) &&
    new Set(names).size === names.length &&
    isShown(current) &&
    isShown(simulated) &&
    (simulated === undefined || (simulated.length >= 1 && simulated.length <= 128)) &&
    (time.simulated === undefined || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(time.simulated)) &&
    [others, rest].every((object) => Object.keys(object).length === 0)
  );
}

function isAttribute(attribute: ManifestAttribute): boolean {
  const { name, type, current, simulated } = attribute;
  const isValue = (value: unknown): boolean =>
    value === undefined || (typeof value === type && (type !== 'string' || isShown(value as string)));
  return isName(name) && !['user', 'time'].includes(name) && isValue(current) && isValue(simulated) && isSet(attribute);
}

function isSet(attribute: ManifestAttribute): boolean {
  if (attribute.type === 'boolean') return true;
  if (attribute.type === 'number') return attribute.min <= attribute.max;
  const { values } = attribute;
  return (
    values.length >= 1 &&
    values.length <= 100 &&
    new Set(values).size === values.length &&
    values.every((value) => isShown(value) && value.length >= 1 && value.length <= 128)
  );
}

function isScenario({ name, description, overrides, ...rest }: Scenario): boolean {
  const entries = Object.entries(overrides);
  return (
    isShown(name) &&
    name.trim() === name &&
    name !== '' &&
    isShown(description) &&
    entries.length <= 500 &&
    entries.every((pair) => pair.every(isName)) &&
    Object.keys(rest).length === 0
  );
}

// The browser's URL parser decides, on a site whose host is in no path.
function isSameOriginPath(path: string): boolean {
  const { origin } = new URL(path, 'https://site.invalid');
  return path.startsWith('/') && path.length <= 2_000 && origin === 'https://site.invalid';
}

function isName(name: string): boolean {
  return typeof name === 'string' && NAME.test(name);
}

function isShown(text: string | undefined): boolean {
  return text === undefined || (typeof text === 'string' && text.length <= 2_000 && !NOT_SHOWN.test(text));
}

function isWithin(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}
