import { describe, expect, expectTypeOf, test } from 'vitest';
import { createGatekeeper, defineFlags, type GatekeeperError } from '../../../server-lib/index.ts';
import { flagsFromFlagd, flagsFromOpenFeature } from '../../../server-lib/openfeature.ts';
import { withPollutedPrototype } from '../../helpers/polluted-prototype.ts';

const FLAGD = {
  $schema: 'https://flagd.dev/schema/v0/flags.json',
  $evaluators: { staff: { ends_with: [{ var: 'email' }, '@example.com'] } },
  flags: {
    checkout: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off', targeting: {} },
    limit: { state: 'DISABLED', variants: { low: 10, high: 100 }, defaultVariant: 'high' },
    layout: { state: 'ENABLED', variants: { grid: { columns: 3 }, list: { columns: 1 } }, defaultVariant: 'grid' },
    theme: {
      state: 'ENABLED',
      variants: { light: 'light', dark: 'dark' },
      defaultVariant: 'light',
      metadata: { description: 'Colours', owner: 'web-team', url: 'https://wiki.example.com/theme', weight: 5 },
    },
  },
} as const;

describe('flagsFromFlagd', () => {
  test('makes a definition of each flag, with the values of its variants', () => {
    expect(flagsFromFlagd(FLAGD)).toEqual({
      checkout: { variants: ['on', 'off'], values: { on: true, off: false }, default: 'off' },
      limit: { variants: ['low', 'high'], values: { low: 10, high: 100 }, default: 'high' },
      layout: {
        variants: ['grid', 'list'],
        values: { grid: { columns: 3 }, list: { columns: 1 } },
        default: 'grid',
      },
      theme: {
        variants: ['light', 'dark'],
        default: 'light',
        description: 'Colours',
        owner: 'web-team',
        url: 'https://wiki.example.com/theme',
      },
    });
  });

  test('gives flags, variants and values their types', () => {
    const gate = createGatekeeper({ flags: defineFlags(flagsFromFlagd(FLAGD)) }).gateFor();

    expectTypeOf(gate.ffVariant('limit')).toEqualTypeOf<'low' | 'high'>();
    expectTypeOf(gate.ffValue('checkout')).toEqualTypeOf<boolean>();
    // @ts-expect-error 'medium' is no variant
    expect(gate.ff('limit', 'medium')).toBe(false);
    expect(gate.ffValue('limit')).toBe(100);
  });

  test('reads a JSON string, and its references', () => {
    const document = {
      $evaluators: { bool: { on: true, off: false } },
      flags: { a: { state: 'ENABLED', variants: { $ref: 'bool' }, defaultVariant: 'on' } },
    };

    expect(flagsFromFlagd(JSON.stringify(document))).toEqual({
      a: { variants: ['on', 'off'], values: { on: true, off: false }, default: 'on' },
    });
  });

  test.each([
    // defaultVariant  variants                       default
    [null, { yes: true, no: false }, 'no'],
    [undefined, { on: true, off: false }, 'off'],
    ['', { small: 1, large: 2 }, 'small'],
    ['gone', { on: true, off: false }, 'off'],
  ])('for the defaultVariant %o of %o, the default is %s', (defaultVariant, variants, expected) => {
    const { a } = flagsFromFlagd({ flags: { a: { state: 'ENABLED', variants, defaultVariant } } });

    expect(a).toMatchObject({ default: expected });
  });

  test.each([
    ['a name that no flag can have', { 'my flag': { variants: { on: true } } }, /must be/],
    ['a variant that no flag can have', { a: { variants: { 'on!': true } } }, /variant "on!"/],
    ['no variants', { a: {} }, /variants/],
    ['values of several types', { a: { variants: { one: 1, two: 'two' } } }, /same type/],
    ['null as a value', { a: { variants: { one: null } } }, /values\.one/],
  ])('leaves out a flag with %s, and reports it', (_, flags, message) => {
    const errors: GatekeeperError[] = [];
    const document = { flags: { ...flags, good: { state: 'ENABLED', variants: { on: true } } } };
    for (const flag of Object.values(document.flags)) Object.assign(flag, { state: 'ENABLED' });

    const definitions = flagsFromFlagd(document, { onError: (error) => errors.push(error) });

    expect(Object.keys(definitions)).toEqual(['good']);
    expect(errors.map((error) => error.message)).toEqual([
      expect.stringMatching(/^flagsFromFlagd leaves out a flag\. /),
    ]);
    expect(errors[0]?.message).toMatch(message);
  });

  test.each([
    ['{', 'ERR_GK_RULES_JSON'],
    ['{}', 'ERR_GK_RULES_SCHEMA'],
    [{ flags: [] }, 'ERR_GK_RULES_SCHEMA'],
    [undefined, 'ERR_GK_RULES_SCHEMA'],
  ])('throws for %o', (document, code) => {
    expect(() => flagsFromFlagd(document as never)).toThrow(expect.objectContaining({ code }));
  });

  test('refuses an option that does not exist', () => {
    expect(() => flagsFromFlagd(FLAGD, { onErrors: () => {} } as never)).toThrow(
      'flagsFromFlagd: there is no option "onErrors"; did you mean "onError"?',
    );
  });
});

const MANIFEST = {
  $schema: 'https://raw.githubusercontent.com/open-feature/cli/main/schema/v0/flag-manifest.json',
  flags: {
    enableFeatureA: { flagType: 'boolean', defaultValue: false, description: 'Turns on feature A' },
    usernameMaxLength: { flagType: 'integer', defaultValue: 50 },
    discount: { flagType: 'float', defaultValue: 0.15 },
    greeting: { flagType: 'string', defaultValue: 'Hello' },
    themeCustomization: { flagType: 'object', defaultValue: { primaryColor: '#007bff' } },
  },
} as const;

describe('flagsFromOpenFeature', () => {
  test('makes a definition of each flag', () => {
    expect(flagsFromOpenFeature(MANIFEST)).toEqual({
      enableFeatureA: {
        description: 'Turns on feature A',
        variants: ['on', 'off'],
        values: { on: true, off: false },
        default: 'off',
      },
      usernameMaxLength: { variants: ['default'], values: { default: 50 }, default: 'default' },
      discount: { variants: ['default'], values: { default: 0.15 }, default: 'default' },
      greeting: { variants: ['default'], values: { default: 'Hello' }, default: 'default' },
      themeCustomization: {
        variants: ['default'],
        values: { default: { primaryColor: '#007bff' } },
        default: 'default',
      },
    });
  });

  test('gives flags and values their types', () => {
    const gate = createGatekeeper({ flags: defineFlags(flagsFromOpenFeature(MANIFEST)) }).gateFor();

    expectTypeOf(gate.ffVariant('enableFeatureA')).toEqualTypeOf<'on' | 'off'>();
    expectTypeOf(gate.ffValue('usernameMaxLength')).toEqualTypeOf<50>();
    expect(gate.ffValue('enableFeatureA')).toBe(false);
  });

  test('accepts the type that an imported JSON file has, and a JSON string', () => {
    const imported: { flags: { a: { flagType: string; defaultValue: boolean } } } = JSON.parse(
      '{"flags":{"a":{"flagType":"boolean","defaultValue":true}}}',
    );

    expect(flagsFromOpenFeature(imported).a).toMatchObject({ default: 'on' });
    expect(flagsFromOpenFeature(JSON.stringify(imported))).toEqual(flagsFromOpenFeature(imported));
  });

  test.each([
    ['an unknown type', { flagType: 'date', defaultValue: '2026-01-01' }, /flagType must be one of boolean, /],
    [
      'a default of another type',
      { flagType: 'integer', defaultValue: '5' },
      /defaultValue must be of the type integer/,
    ],
    ['a list as its default', { flagType: 'object', defaultValue: [1] }, /values\.default/],
    ['no fields', 7, /expected \{ "flagType", "defaultValue" \}/],
  ])('leaves out a flag with %s, and reports it', (_, flag, message) => {
    const errors: GatekeeperError[] = [];

    const definitions = flagsFromOpenFeature(
      { flags: { bad: flag as never, good: { flagType: 'boolean', defaultValue: true } } },
      { onError: (error) => errors.push(error) },
    );

    expect(Object.keys(definitions)).toEqual(['good']);
    expect(errors.map((error) => [error.flag, error.message])).toEqual([['bad', expect.stringMatching(message)]]);
  });

  test.each(['{', '{}', 7, null, { flags: [] }, [] as never])('throws for %o', (manifest) => {
    expect(() => flagsFromOpenFeature(manifest as never)).toThrow(/^flagsFromOpenFeature: /);
  });
});

test('neither reads a field of Object.prototype', () => {
  const fields = { description: 'polluted', flags: { a: { flagType: 'boolean', defaultValue: true } } };

  const limit = withPollutedPrototype(fields, () => flagsFromFlagd(FLAGD).limit);

  expect(Object.hasOwn(limit, 'description')).toBe(false);
  expect(() => withPollutedPrototype(fields, () => flagsFromOpenFeature('{}'))).toThrow('expected a flag manifest');
});
