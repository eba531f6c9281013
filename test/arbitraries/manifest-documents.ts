import fc from 'fast-check';

/** A value of a wrong type, or one that is nearly valid. */
export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    null,
    true,
    0,
    -1,
    1e21,
    '',
    [],
    {},
    ['ON'],
    { name: 'X' },
    'javascript:alert(1)',
    '\u202e',
    '\ud800',
  ),
);

/** Usually `value`, sometimes a wrong value or none. */
const optional = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 6, arbitrary: value },
    { weight: 1, arbitrary: anyValue },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );

const name = fc.oneof(
  fc.constantFrom('FLAG_A', 'FLAG_B', 'constructor', '__proto__', 'flag_a', 'no name', 'a.b-c_1', '7'),
  fc.string({ maxLength: 6 }),
);
const text = fc.string({ unit: 'binary', maxLength: 20 });
const longText = fc.oneof(
  text,
  fc.tuple(text, fc.nat({ max: 1_100 })).map(([one, times]) => one.repeat(times).slice(0, 5_000)),
);
const url = fc.oneof(
  fc.webUrl({ withQueryParameters: true }),
  text.map((end) => `https://x.example/${end}`),
  text,
);
const integer = fc.oneof(fc.integer({ min: -2, max: 5_000 }), fc.integer(), fc.double());

const FLAG = {
  name: optional(name),
  variants: optional(fc.array(fc.oneof(name, anyValue), { maxLength: 6 })),
  values: optional(fc.dictionary(name, optional(fc.oneof(fc.jsonValue(), text, integer)), { maxKeys: 4 })),
  overridable: optional(fc.boolean()),
  ...Object.fromEntries(['default', 'current', 'withoutOverride'].map((key) => [key, optional(name)])),
  ...Object.fromEntries(
    ['description', 'reason', 'errorCode', 'owner', 'createdAt', 'expiresAt'].map((key) => [key, optional(text)]),
  ),
  description: optional(longText),
  simulated: optional(fc.constantFrom(true, false)),
  source: optional(fc.constantFrom('override', 'user', 'rule', 'code', 'default', 'error', 'magic')),
  tags: optional(fc.array(optional(text), { maxLength: 3 })),
  url: optional(url),
};

// Paths, other hosts that look like paths, and characters that a browser removes or replaces in a URL.
const path = fc.oneof(
  fc.constantFrom(
    '/gatekeeper/grant',
    '//evil.example',
    '/\\evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
  ),
  fc
    .array(fc.constantFrom('/', '\\', '\t', '\n', '.', '..', '@', ':', '?', '#', 'evil.example', '%2f'), {
      maxLength: 6,
    })
    .map((parts) => parts.join('')),
  text,
);

/** An entry of a manifest's list of flags, valid or invalid. */
export const flagEntry: fc.Arbitrary<unknown> = optional(fc.record(FLAG, { requiredKeys: [] }));

const overrides = fc.record(
  {
    state: optional(fc.constantFrom('enabled', 'disabled', 'grant-required', 'on')),
    maxBytes: optional(integer),
    grantUrl: optional(path),
    expiresIn: optional(integer),
    applied: optional(fc.array(optional(name), { maxLength: 4 })),
    ignored: optional(
      fc.array(
        optional(
          fc.record({
            flag: optional(text),
            variant: optional(text),
            code: optional(fc.constantFrom('locked', 'unknown-flag', 'unknown-attribute', 'invalid-value', 'x')),
          }),
        ),
        {
          maxLength: 4,
        },
      ),
    ),
    problem: optional(fc.constantFrom('malformed', 'too-large')),
  },
  { requiredKeys: [] },
);

const cookie = fc.record(
  {
    name: optional(fc.constantFrom('gatekeeper', '__Host-gatekeeper', 'gatekeeper-x', 'sid', 'gatekeeper\n')),
    maxAge: optional(integer),
    domain: text,
  },
  { requiredKeys: [] },
);

const scenario = fc.record(
  {
    name: optional(text),
    description: optional(longText),
    overrides: optional(fc.dictionary(name, optional(name), { maxKeys: 4 })),
  },
  { requiredKeys: [] },
);

const time = fc.oneof(fc.constantFrom('2027-01-01T00:00:00Z', '2027-02-30T00:00:00Z', '2027-01-01'), text);
const attributeValue = fc.oneof(fc.boolean(), integer, text, fc.constantFrom('DE', 'NL'));

const attribute = fc.record(
  {
    name: optional(fc.oneof(fc.constantFrom('country', 'seats', 'beta', 'user', 'time'), name)),
    type: optional(fc.constantFrom('string', 'number', 'boolean')),
    values: optional(fc.array(fc.oneof(fc.constantFrom('DE', 'NL'), text, anyValue), { maxLength: 4 })),
    min: optional(integer),
    max: optional(integer),
    current: optional(attributeValue),
    simulated: optional(attributeValue),
  },
  { requiredKeys: [] },
);

const context = fc.record(
  {
    attributes: optional(fc.array(optional(attribute), { maxLength: 4 })),
    user: optional(
      fc.record({ current: optional(longText), simulated: optional(fc.oneof(text, longText)) }, { requiredKeys: [] }),
    ),
    time: optional(fc.record({ simulated: optional(time) }, { requiredKeys: [] })),
  },
  { requiredKeys: [] },
);

/** A document with the shape of a manifest. Each field is sometimes invalid. */
export const manifestDocument: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc.record(
  {
    gatekeeper: fc.oneof({ weight: 20, arbitrary: fc.constant<unknown>(1) }, { weight: 1, arbitrary: anyValue }),
    app: optional(longText),
    environment: optional(text),
    revision: optional(text),
    cookie: optional(cookie),
    overrides: optional(overrides),
    page: optional(path),
    context: optional(context),
    flags: fc.oneof(
      { weight: 20, arbitrary: fc.array(flagEntry, { maxLength: 5 }) },
      { weight: 1, arbitrary: anyValue },
    ),
    scenarios: optional(fc.array(optional(scenario), { maxLength: 4 })),
  },
  { requiredKeys: ['gatekeeper', 'flags'] },
);
