import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createGatekeeper } from '../../../server-lib/index.ts';
import { MANIFEST_LIMITS, MAX_COOKIE_BYTES, MAX_MAX_AGE } from '../../../server-lib/wire/limits.ts';
import { IGNORED_CODES, OVERRIDE_STATES, SOURCES } from '../../../server-lib/wire/manifest.ts';
import { isName, isOverrideCookieName } from '../../../server-lib/wire/names.ts';
import { parseManifest } from '../../../server-lib/wire/read-manifest.ts';
import { COOKIE_SITE, HOSTILE_COOKIES } from '../../helpers/protocol/hostile-cookies.ts';
import { manifestOf } from '../../helpers/protocol/manifest-of.ts';
import { expectValidManifest, manifestMistakes } from '../../helpers/protocol/manifest-schema.ts';
import { protocolExample } from '../../helpers/protocol/protocol-example.ts';

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../server-lib/wire/manifest.schema.json'), 'utf8'),
);
const FLAG = { name: 'FLAG_A', variants: ['ON', 'OFF'] };
const withFlag = (more: object) => ({ gatekeeper: 1, flags: [{ ...FLAG, ...more }] });
const withOverrides = (overrides: object) => ({ gatekeeper: 1, flags: [FLAG], overrides });
const withContext = (context: object) => ({ gatekeeper: 1, flags: [FLAG], context });
const withAttribute = (attribute: object) => withContext({ attributes: [attribute] });
const withCookie = (cookie: object) => ({ gatekeeper: 1, flags: [FLAG], cookie });

describe('a valid manifest', () => {
  test('the protocol’s example', () => {
    expectValidManifest(protocolExample());
  });

  test.each([
    ['no flags', { gatekeeper: 1, flags: [] }],
    ['nothing but names and variants', { gatekeeper: 1, flags: [FLAG] }],
    ['unknown fields', { ...withFlag({ weight: 5 }), $schema: 'x', more: {}, cookie: { x: 1 }, overrides: { x: 1 } }],
    ['a grant to request', withOverrides({ state: 'grant-required', grantUrl: '/gatekeeper/grant' })],
    ['an override page', { gatekeeper: 1, flags: [FLAG], page: '/tools/gatekeeper' }],
    ['a grant in force', withOverrides({ state: 'enabled', expiresIn: 28_800 })],
    ['an ignored entry of any key', withOverrides({ ignored: [{ flag: '<b>', variant: '', code: 'unknown-flag' }] })],
    ['a cookie for grants', withCookie({ name: '__Host-gatekeeper', path: '/', sameSite: 'Lax', secure: true })],
    ['values', withFlag({ values: { ON: { limit: [1, null] }, OFF: {} } })],
    ['a day and an instant', withFlag({ createdAt: '2026-11-01', expiresAt: '2027-03-01T12:00:00Z' })],
    ['nothing to simulate', withContext({})],
    [
      'a simulated user and time',
      withContext({ user: { simulated: '42' }, time: { simulated: '2027-01-01T00:00:00Z' } }),
    ],
    [
      'a simulated string',
      withAttribute({ name: 'country', type: 'string', values: ['DE'], current: 'FR', simulated: 'DE' }),
    ],
    ['a simulated number', withAttribute({ name: 'seats', type: 'number', min: 1, max: 500, simulated: 7 })],
    ['a simulated boolean', withAttribute({ name: 'beta', type: 'boolean', current: false, simulated: true })],
    ['an ignored attribute', withOverrides({ ignored: [{ flag: '@x', variant: 'y', code: 'unknown-attribute' }] })],
    ['a flag that has read a simulated value', withFlag({ simulated: true })],
    ['the longest texts', withFlag({ description: 'd'.repeat(2_000), name: 'N'.repeat(128) })],
  ])('%s', (_title, json) => {
    expectValidManifest(json);
  });

  test.each(HOSTILE_COOKIES)('the library’s own for the cookie: $title', ({ header }) => {
    const keeper = createGatekeeper({ flags: COOKIE_SITE.flags, name: 'Shop', environment: 'test' });

    const manifest = manifestOf(keeper, keeper.gateFor({ cookie: header, mayOverride: true }));

    expectValidManifest(JSON.parse(JSON.stringify(manifest)));
  });
});

describe('an invalid manifest', () => {
  test.each([
    ['no object', [], ''],
    ['no version', { flags: [] }, "required property 'gatekeeper'"],
    ['another version', { gatekeeper: 2, flags: [] }, '/gatekeeper'],
    ['a version that is a string', { gatekeeper: '1', flags: [] }, '/gatekeeper'],
    ['no list of flags', { gatekeeper: 1 }, "required property 'flags'"],
    ['flags by name', { gatekeeper: 1, flags: { FLAG_A: FLAG } }, '/flags must be array'],
    [
      '5,001 flags',
      { gatekeeper: 1, flags: Array.from({ length: 5_001 }, (_, at) => ({ ...FLAG, name: `F${at}` })) },
      '/flags',
    ],
    ['a flag that is a string', { gatekeeper: 1, flags: ['FLAG_A'] }, '/flags/0'],
    ['a flag without a name', { gatekeeper: 1, flags: [{ variants: ['ON'] }] }, "required property 'name'"],
    ['a flag without variants', { gatekeeper: 1, flags: [{ name: 'FLAG_A' }] }, "required property 'variants'"],
    ['a name with a space', withFlag({ name: 'FLAG A' }), '/flags/0/name'],
    ['a name of 129 characters', withFlag({ name: 'N'.repeat(129) }), '/flags/0/name'],
    ['two flags with one name', { gatekeeper: 1, flags: [FLAG, FLAG] }, 'FLAG_A twice'],
    ['no variants', withFlag({ variants: [] }), '/flags/0/variants'],
    ['one variant twice', withFlag({ variants: ['ON', 'ON'] }), '/flags/0/variants'],
    ['101 variants', withFlag({ variants: Array.from({ length: 101 }, (_, at) => `V${at}`) }), '/flags/0/variants'],
    ['a variant with markup', withFlag({ variants: ['<b>'] }), '/flags/0/variants/0'],
    ['a default that is not a variant', withFlag({ default: 'MAYBE' }), 'MAYBE is not a variant of FLAG_A'],
    ['a current variant that is not a variant', withFlag({ current: 'MAYBE' }), 'MAYBE is not a variant of FLAG_A'],
    [
      'a variant without override that is not a variant',
      withFlag({ withoutOverride: 'GONE' }),
      'GONE is not a variant of FLAG_A',
    ],
    ['values that are a list', withFlag({ values: [1, 2] }), '/flags/0/values'],
    ['a value that is null', withFlag({ values: { ON: null } }), '/flags/0/values'],
    ['a value that is a list', withFlag({ values: { ON: [1] } }), '/flags/0/values'],
    ['values of two types', withFlag({ values: { ON: 1, OFF: '0' } }), '/flags/0/values'],
    ['an unknown source', withFlag({ source: 'magic' }), '/flags/0/source'],
    ['a description of 2,001 characters', withFlag({ description: 'd'.repeat(2_001) }), '/flags/0/description'],
    ['a description that is not a string', withFlag({ description: null }), '/flags/0/description'],
    ['overridable as a string', withFlag({ overridable: 'false' }), '/flags/0/overridable'],
    ['tags as a string', withFlag({ tags: 'checkout' }), '/flags/0/tags'],
    ['a link that runs a script', withFlag({ url: 'javascript:alert(1)' }), '/flags/0/url'],
    ['a link that is a path', withFlag({ url: '/wiki' }), '/flags/0/url'],
    ['a date in words', withFlag({ expiresAt: 'next week' }), '/flags/0/expiresAt'],
    ['a day that does not exist', withFlag({ createdAt: '2026-02-30' }), '/flags/0/createdAt'],
    ['an unknown state', withOverrides({ state: 'on' }), '/overrides/state'],
    ['more bytes than browsers store', withOverrides({ maxBytes: 4_097 }), '/overrides/maxBytes'],
    ['no bytes', withOverrides({ maxBytes: 0 }), '/overrides/maxBytes'],
    ['an applied override with no name', withOverrides({ applied: ['no name'] }), '/overrides/applied/0'],
    ['one applied override twice', withOverrides({ applied: ['FLAG_A', 'FLAG_A'] }), '/overrides/applied'],
    ['an ignored override without a code', withOverrides({ ignored: [{ flag: 'X' }] }), '/overrides/ignored/0'],
    [
      'an ignored override with an unknown code',
      withOverrides({ ignored: [{ flag: 'X', code: 'because' }] }),
      '/overrides/ignored/0/code',
    ],
    ['an unknown problem', withOverrides({ problem: 'broken' }), '/overrides/problem'],
    ['a grant on another origin', withOverrides({ grantUrl: 'https://x.example/' }), '/overrides/grantUrl'],
    ['a grant on another host', withOverrides({ grantUrl: '//x.example/' }), '/overrides/grantUrl'],
    ['an override page on another host', { gatekeeper: 1, flags: [FLAG], page: '//x.example/' }, '/page'],
    ['a grant on another host by backslash', withOverrides({ grantUrl: '/\\x.example/' }), '/overrides/grantUrl'],
    ['an expired grant', withOverrides({ state: 'enabled', expiresIn: 0 }), '/overrides/expiresIn'],
    ['the session’s cookie', withCookie({ name: 'sessionid' }), '/cookie/name'],
    ['a cookie with an attribute', withCookie({ name: 'gatekeeper; Domain=x' }), '/cookie/name'],
    [
      'a prefixed cookie that is not secure',
      withCookie({ name: '__Host-gatekeeper', secure: false }),
      '/cookie/secure',
    ],
    ['a cookie for one path', withCookie({ path: '/admin' }), '/cookie/path'],
    ['a cookie for other sites', withCookie({ sameSite: 'None' }), '/cookie/sameSite'],
    ['a cookie for 401 days', withCookie({ maxAge: 34_646_400 }), '/cookie/maxAge'],
    ['a cookie for half a second', withCookie({ maxAge: 0.5 }), '/cookie/maxAge'],
    [
      'a scenario with a blank name',
      { gatekeeper: 1, flags: [], scenarios: [{ name: ' ', overrides: {} }] },
      '/scenarios/0/name',
    ],
    [
      'two scenarios with one name',
      {
        gatekeeper: 1,
        flags: [],
        scenarios: [
          { name: 'x', overrides: {} },
          { name: 'x ', overrides: {} },
        ],
      },
      '/scenarios x twice',
    ],
    ['a flag that has read none', withFlag({ simulated: false }), '/flags/0/simulated'],
    ['an attribute of an unknown type', withAttribute({ name: 'x', type: 'date' }), '/context/attributes/0'],
    ['an attribute without values', withAttribute({ name: 'x', type: 'string' }), '/context/attributes/0'],
    ['an attribute with no value', withAttribute({ name: 'x', type: 'string', values: [] }), '/context/attributes/0'],
    ['a range without an end', withAttribute({ name: 'x', type: 'number', min: 1 }), '/context/attributes/0'],
    [
      'an attribute with the key of the user',
      withAttribute({ name: 'user', type: 'boolean' }),
      '/context/attributes/0',
    ],
    [
      'a simulated value of another type',
      withAttribute({ name: 'x', type: 'boolean', simulated: 'true' }),
      '/context/attributes/0',
    ],
    ['an empty simulated user', withContext({ user: { simulated: '' } }), '/context/user/simulated'],
    ['a simulated time without a zone', withContext({ time: { simulated: '2027-01-01T00:00:00' } }), '/context/time'],
    ['a scenario without a name', { gatekeeper: 1, flags: [], scenarios: [{ overrides: {} }] }, '/scenarios/0'],
    [
      'a scenario with a number',
      { gatekeeper: 1, flags: [], scenarios: [{ name: 'x', overrides: { FLAG_A: 1 } }] },
      '/scenarios/0/overrides/FLAG_A',
    ],
    [
      'a scenario with an invalid flag name',
      { gatekeeper: 1, flags: [], scenarios: [{ name: 'x', overrides: { 'no name': 'ON' } }] },
      '/scenarios/0/overrides',
    ],
  ])('%s', (_title, json, mistake) => {
    expect(manifestMistakes(json).join('\n')).toContain(mistake);
    expect(manifestMistakes(json)).not.toEqual([]);
  });
});

describe('the schema agrees with the code', () => {
  const { overrides, ignored, flag, cookie } = schema.$defs;

  test('the closed lists', () => {
    expect(overrides.properties.state.enum.toSorted()).toEqual(OVERRIDE_STATES.toSorted());
    expect(ignored.properties.code.enum.toSorted()).toEqual(IGNORED_CODES.toSorted());
    expect(flag.properties.source.enum).toEqual(SOURCES);
  });

  test('the limits', () => {
    expect(schema.properties.flags.maxItems).toBe(MANIFEST_LIMITS.flags);
    expect(flag.properties.variants.maxItems).toBe(MANIFEST_LIMITS.variants);
    expect(schema.properties.scenarios.maxItems).toBe(MANIFEST_LIMITS.scenarios);
    expect(schema.$defs.scenario.properties.overrides.maxProperties).toBe(MANIFEST_LIMITS.overrides);
    expect(schema.$defs.context.properties.attributes.maxItems).toBe(MANIFEST_LIMITS.attributes);
    expect(schema.$defs.text.maxLength).toBe(MANIFEST_LIMITS.text);
    expect(overrides.properties.maxBytes.maximum).toBe(MAX_COOKIE_BYTES);
    expect(cookie.properties.maxAge.maximum).toBe(MAX_MAX_AGE);
  });

  test('the defaults are those of the reader', () => {
    const reading = parseManifest(JSON.stringify({ gatekeeper: 1, flags: [FLAG] }));

    expect(reading.kind === 'manifest' && reading.manifest).toMatchObject({
      cookie: { name: cookie.properties.name.default, maxAge: cookie.properties.maxAge.default },
      overrides: { state: overrides.properties.state.default, maxBytes: overrides.properties.maxBytes.default },
      flags: [{ overridable: flag.properties.overridable.default }],
    });
  });

  test.each(['A', '', '_A', 'A_.-', 'A\n', 'Ä', '__proto__', 'constructor', 'A'.repeat(128), 'A'.repeat(129)])(
    'whether %j is a name',
    (text) => {
      expect(manifestMistakes(withFlag({ name: text })).length === 0).toBe(isName(text));
    },
  );

  test.each(['gatekeeper', '__Host-gatekeeper', 'gatekeeper-x_1', 'Gatekeeper', 'sid', 'gatekeeper\n', 'gatekeeperé'])(
    'whether %j may be the cookie',
    (name) => {
      expect(manifestMistakes(withCookie({ name })).length === 0).toBe(isOverrideCookieName(name));
    },
  );
});
