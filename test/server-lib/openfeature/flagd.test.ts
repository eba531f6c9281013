import { type FeatureFlag, FlagdCore, MemoryStorage } from '@openfeature/flagd-core';
import { type Client, type EvaluationContext, type JsonValue, OpenFeature } from '@openfeature/server-sdk';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createGatekeeper, type FlagDefinition } from '../../../server-lib/index.ts';
import { GatekeeperProvider } from '../../../server-lib/openfeature.ts';
import { evaluationContext, flagdDocument } from '../../arbitraries/flagd-documents.ts';
import { typicalContext, typicalDocument } from '../../arbitraries/typical-rules.ts';
import { IS_DEEP } from '../../helpers/vitest/depth.ts';

// flagd's behaviours, which test/server-lib/rules/flagd.test.ts compares for compileRules(), through the client of the SDK.

const SILENT = { error() {}, warn() {}, info() {}, debug() {} };

beforeAll(() => void OpenFeature.setLogger(SILENT));
beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2027-01-15T08:00:00Z'), toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(() => OpenFeature.clearProviders());

interface Definition {
  readonly variants: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

interface Document {
  readonly flags: Readonly<Record<string, Definition>>;
  readonly [field: string]: unknown;
}

/** The values of each type that the SDK knows, by the position of the variant, and the callers' default. */
const TYPES = {
  boolean: { valueAt: (at: number): JsonValue => at % 2 === 0, fallback: false },
  number: { valueAt: (at: number): JsonValue => at * 1.5, fallback: -1 },
  string: { valueAt: (at: number): JsonValue => (at === 0 ? '' : `value ${at}`), fallback: 'fallback' },
  object: { valueAt: (at: number): JsonValue => ({ at, list: [at] }), fallback: { fallback: true } },
} as const;
type Type = keyof typeof TYPES;
const TYPE_NAMES = Object.keys(TYPES) as Type[];

/** The document with values of one type for each flag. flagd has no types, so its values may be of several. */
function typed(document: Document): { readonly document: Document; readonly types: ReadonlyMap<string, Type> } {
  const types = new Map<string, Type>();
  const flags = Object.entries(document.flags).map(([name, flag], at) => {
    const type = TYPE_NAMES[at % TYPE_NAMES.length] as Type;
    types.set(name, type);
    const variants = Object.keys(flag.variants).map((variant, index) => [variant, TYPES[type].valueAt(index)]);
    return [name, { ...flag, variants: Object.fromEntries(variants) }];
  });
  return { document: { ...document, flags: Object.fromEntries(flags) }, types };
}

/** Flags in code with the document's variants. Their own values differ from the document's. */
function definitionsOf({ flags }: Document, types: ReadonlyMap<string, Type>): Record<string, FlagDefinition> {
  const entries = Object.entries(flags).map(([name, { variants }]) => {
    const names = Object.keys(variants);
    const { valueAt } = TYPES[types.get(name) as Type];
    const values = Object.fromEntries(names.map((variant, at) => [variant, valueAt(at + 100) as never]));
    return [name, { variants: names, values, default: names[0] as string }] as const;
  });
  return Object.fromEntries(entries);
}

async function clientFor(document: Document, types: ReadonlyMap<string, Type>): Promise<Client> {
  const keeper = createGatekeeper({
    flags: definitionsOf(document, types),
    rules: JSON.stringify(document),
    onError: () => {},
  });
  await OpenFeature.setProviderAndWait(new GatekeeperProvider(keeper));
  return OpenFeature.getClient();
}

async function ours(client: Client, flag: string, type: Type, context: EvaluationContext): Promise<unknown> {
  const { fallback } = TYPES[type];
  const details = await (type === 'boolean'
    ? client.getBooleanDetails(flag, fallback as boolean, context)
    : type === 'number'
      ? client.getNumberDetails(flag, fallback as number, context)
      : type === 'string'
        ? client.getStringDetails(flag, fallback as string, context)
        : client.getObjectDetails(flag, fallback as JsonValue, context));
  const { value, variant, reason, errorCode } = details;
  // flagd-core has no reason SPLIT.
  return { value, variant, reason: reason === 'SPLIT' ? 'TARGETING_MATCH' : reason, errorCode };
}

/** What flagd-core gives, in the form that a provider of the SDK gives it to a caller. */
function theirs(flagd: FlagdCore, flag: string, type: Type, context: EvaluationContext): unknown {
  const fallback = TYPES[type].fallback;
  const failed = { value: fallback, variant: undefined, reason: 'ERROR', errorCode: 'GENERAL' };
  const definition = flagd.getFlag(flag) as FeatureFlag;
  if (definition.state === 'DISABLED')
    return { value: fallback, variant: undefined, reason: 'DISABLED', errorCode: undefined };
  try {
    const { variant, value, reason, errorCode } = definition.evaluate(context as never, SILENT) as {
      readonly [field: string]: unknown;
    };
    if (errorCode !== undefined) return failed;
    if (variant !== undefined) return { value, variant, reason, errorCode: undefined };
  } catch {
    return failed; // flagd-core throws if the targeting returns a value without `toString`
  }
  // Where flagd has no variant, the flag's default in code counts: its value is not the document's, unless that has one.
  const [variant = ''] = definition.variants.keys();
  return { value: definition.variants.get(variant), variant, reason: 'DEFAULT', errorCode: undefined };
}

test.each([
  ['random', flagdDocument, evaluationContext, 60],
  ['ordinary', typicalDocument, typicalContext, 60],
] as const)(
  'the rules of %s documents give the same through the four methods of a client as in flagd-core',
  async (_, documents, contexts, runs) => {
    const seen = new Map<string, number>();
    const some = fc.array<object>(contexts as fc.Arbitrary<object>, { minLength: 6, maxLength: 6 });
    const check = fc.asyncProperty(documents as fc.Arbitrary<unknown>, some, async (random, visitors) => {
      const { document, types } = typed(random as Document);
      const text = JSON.stringify(document);
      fc.pre(isOfTheSchema(text) && hasNamesOfOurs(document) && areReferencesResolved(text));
      const client = await clientFor(document, types);
      const flagd = new FlagdCore(undefined, SILENT, { disableDynamicCodeGeneration: true });
      flagd.setConfigurations(text);
      for (const [flag, type] of types) {
        for (const visitor of visitors as readonly EvaluationContext[]) {
          const context = withStringKey(visitor);
          const result = await ours(client, flag, type, context);
          expect(result).toEqual(theirs(flagd, flag, type, context));
          const key = `${type} ${(result as { readonly reason: string }).reason}`;
          seen.set(key, (seen.get(key) ?? 0) + 1);
        }
      }
    });

    await fc.assert(check, { numRuns: IS_DEEP ? runs * 40 : runs });

    expect(seen.get('boolean TARGETING_MATCH')).toBeGreaterThan(20);
  },
  3_600_000,
);

function isOfTheSchema(text: string): boolean {
  try {
    new MemoryStorage(SILENT).setConfigurations(text, true);
    return true;
  } catch {
    return false;
  }
}

/** OpenFeature's targeting key is a string. The random contexts also have numbers and others. */
function withStringKey(context: EvaluationContext): EvaluationContext {
  const { targetingKey, ...attributes } = context;
  return typeof targetingKey === 'string' ? context : attributes;
}

/** Whether each evaluator that the document refers to exists. Otherwise we leave the flag out (docs/rules.md), and flagd fails. */
function areReferencesResolved(text: string): boolean {
  const { $evaluators = {} } = JSON.parse(text) as { readonly $evaluators?: object };
  return [...text.matchAll(/"\$ref":"(\w+)"/g)].every(([, name = '']) => Object.hasOwn($evaluators, name));
}

/** Whether the names of flags and variants can be defined in code. */
function hasNamesOfOurs({ flags }: Document): boolean {
  const names = Object.entries(flags).flatMap(([name, { variants }]) => [name, ...Object.keys(variants)]);
  return names.every((name) => /^[A-Za-z0-9][\w.-]{0,127}$/.test(name));
}
