import { createErrorReporter, type ErrorHook } from '../core/error-reporter.ts';
import { GatekeeperError, isGatekeeperError } from '../core/errors.ts';
import { defineFlags } from '../core/flags/define-flags.ts';
import type { FlagDefinition, FlagDefinitions } from '../core/flags/flag.ts';
import { type OptionNames, readOptions } from '../core/read-options.ts';
import { kindOf, quoted } from '../core/values.ts';
import { readDocument } from '../rules/document/read-document.ts';
import type { RuleDefinition } from '../rules/document/rules-document.ts';
import { isJsonObject, ownField } from '../wire/untrusted-json.ts';

/** The options of {@link flagsFromFlagd} and {@link flagsFromOpenFeature}. */
export interface ImportOptions {
  /** Receives an error for each flag that is left out. Default: a line on stderr. */
  readonly onError?: (error: GatekeeperError) => unknown;
}

/** A document of flagd's flag definitions. */
export interface FlagdDocument {
  readonly flags: { readonly [flag: string]: { readonly variants?: object } };
}

/** The definitions of a flagd document. The type has each flag, also those that are left out. */
export type FlagsOfFlagd<Document> = Document extends { readonly flags: infer Flags }
  ? { readonly [Name in keyof Flags & string]: DefinitionOf<Flags[Name]> }
  : FlagDefinitions;

type DefinitionOf<Flag> = Flag extends { readonly variants: infer Variants extends object }
  ? FlagDefinition<keyof Variants & string, { readonly [Variant in keyof Variants & string]: Variants[Variant] }>
  : FlagDefinition;

/**
 * Definitions for `defineFlags` from a flagd document, parsed or as a JSON string: its variants with their values, and its
 * default variants. Targeting stays where it is: in flagd, or as the keeper's `rules`. Leaves out a flag that the keeper
 * cannot have. Throws a {@link GatekeeperError} if the document cannot be read.
 */
export function flagsFromFlagd<const Document extends FlagdDocument>(
  document: Document,
  options?: ImportOptions,
): FlagsOfFlagd<Document>;
export function flagsFromFlagd(document: string, options?: ImportOptions): FlagDefinitions;
export function flagsFromFlagd(document: unknown, options: ImportOptions = {}): object {
  const { onError } = readOptions('flagsFromFlagd', options, OPTIONS);
  return validFlags('flagsFromFlagd', readDocument(document).flags, onError, definitionOfRule);
}

function definitionOfRule({ variants, defaultVariant, metadata = {} }: RuleDefinition): object {
  const values = Object.fromEntries(variants);
  const names = [...variants.keys()];
  const off = names.find((name) => values[name] === false);
  return {
    ...textsOf(metadata),
    variants: names,
    // Without one, flagd leaves the choice to the code.
    default: defaultVariant ?? off ?? names[0],
    ...(names.every((name) => values[name] === name) ? {} : { values }),
  };
}

function textsOf(fields: Readonly<Record<string, unknown>>): object {
  const texts = (['description', 'owner', 'url'] as const).map((name) => [name, ownField(fields as never, name)]);
  return Object.fromEntries(texts.filter(([, text]) => typeof text === 'string'));
}

/** A flag manifest of the OpenFeature CLI. */
export interface OpenFeatureManifest {
  readonly flags: { readonly [flag: string]: OpenFeatureManifestFlag };
}

interface OpenFeatureManifestFlag {
  /** `boolean`, `string`, `integer`, `float` or `object`. */
  readonly flagType: string;
  readonly defaultValue: unknown;
  readonly description?: string;
}

/** The definitions of a flag manifest. The type has each flag, also those that are left out. */
export type FlagsOfOpenFeature<Manifest> = Manifest extends { readonly flags: infer Flags }
  ? { readonly [Name in keyof Flags & string]: DefinitionOfType<Flags[Name]> }
  : FlagDefinitions;

type DefinitionOfType<Flag> = Flag extends { readonly flagType: infer Type; readonly defaultValue: infer Value }
  ? string extends Type
    ? FlagDefinition
    : Type extends 'boolean'
      ? FlagDefinition<'on' | 'off', { readonly on: true; readonly off: false }>
      : FlagDefinition<'default', { readonly default: Value }>
  : FlagDefinition;

/**
 * Definitions for `defineFlags` from a flag manifest of the OpenFeature CLI, parsed or as a JSON string. A boolean flag has the
 * variants `on` and `off`. A manifest has only the default of any other flag, which becomes the variant `default`: add the
 * others. Leaves out a flag that the keeper cannot have. Throws a {@link GatekeeperError} if the manifest cannot be read.
 */
export function flagsFromOpenFeature<const Manifest extends OpenFeatureManifest>(
  manifest: Manifest,
  options?: ImportOptions,
): FlagsOfOpenFeature<Manifest>;
export function flagsFromOpenFeature(manifest: string, options?: ImportOptions): FlagDefinitions;
export function flagsFromOpenFeature(manifest: unknown, options: ImportOptions = {}): object {
  const { onError } = readOptions('flagsFromOpenFeature', options, OPTIONS);
  const parsed = typeof manifest === 'string' ? parseManifest(manifest) : manifest;
  const flags = isJsonObject(parsed) ? ownField(parsed, 'flags') : undefined;
  if (!isJsonObject(flags)) {
    const what = 'expected a flag manifest of the OpenFeature CLI, { "flags": { … } }';
    throw new GatekeeperError('ERR_GK_OPTIONS', `flagsFromOpenFeature: ${what}; got ${kindOf(parsed)}`);
  }
  return validFlags('flagsFromOpenFeature', Object.entries(flags), onError, definitionOfType);
}

function parseManifest(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GatekeeperError('ERR_GK_OPTIONS', 'flagsFromOpenFeature: the flag manifest is not JSON', { cause });
  }
}

const JSON_TYPES: ReadonlyMap<unknown, string> = new Map([
  ['boolean', 'boolean'],
  ['string', 'string'],
  ['integer', 'number'],
  ['float', 'number'],
  ['object', 'object'],
]);

function definitionOfType(flag: unknown): object {
  if (!isJsonObject(flag)) throw new Error(`expected { "flagType", "defaultValue" }; got ${kindOf(flag)}`);
  const type = ownField(flag, 'flagType');
  const value = ownField(flag, 'defaultValue');
  const jsonType = JSON_TYPES.get(type);
  if (jsonType === undefined) {
    throw new Error(`flagType must be one of ${[...JSON_TYPES.keys()].join(', ')}; got ${quoted(type)}`);
  }
  if (typeof value !== jsonType) throw new Error(`defaultValue must be of the type ${type}; got ${kindOf(value)}`);
  if (typeof value === 'boolean') {
    const [variants, values] = [['on', 'off'], { on: true, off: false }];
    return { ...textsOf(flag), variants, values, default: value ? 'on' : 'off' };
  }
  return { ...textsOf(flag), variants: ['default'], values: { default: value }, default: 'default' };
}

const OPTIONS: OptionNames<ImportOptions> = { onError: true };

/** The definitions that are valid. Reports the others. */
function validFlags<Imported>(
  owner: string,
  imported: Iterable<readonly [string, Imported]>,
  onError: ErrorHook | undefined,
  define: (flag: Imported) => object,
): object {
  const report = createErrorReporter(onError);
  const valid: [string, FlagDefinition][] = [];
  for (const [name, flag] of imported) {
    try {
      const checked: FlagDefinitions = defineFlags({ [name]: define(flag) } as never);
      valid.push([name, checked[name] as FlagDefinition]);
    } catch (cause) {
      const isOurs = isGatekeeperError(cause);
      const what = isOurs ? cause.message : `Flag ${quoted(name)}: ${(cause as Error).message}`;
      const code = isOurs ? cause.code : 'ERR_GK_OPTIONS';
      report(new GatekeeperError(code, `${owner} leaves out a flag. ${what}`, { flag: name }));
    }
  }
  return Object.fromEntries(valid); // defines a flag called __proto__ like any other
}
