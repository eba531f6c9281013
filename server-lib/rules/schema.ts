import { type ForeignObject, isForeignObject, own } from '../wire/foreign-json.ts';
import type { JsonPath } from './json-position.ts';
import type { Json, RuleDefinition, RulesDocument } from './rules-document.ts';
import { SchemaProblem, shown } from './schema-problem.ts';
import { checkTargeting } from './targeting-schema.ts';

/**
 * Reads a parsed document against flagd's schema (https://flagd.dev/schema/v0/flags.json); throws a `SchemaProblem`.
 * Written by hand: each refusal says what to change and where, and no validator has to be loaded.
 */
export function readFlags(document: unknown): Omit<RulesDocument, 'revision'> {
  if (!isForeignObject(document))
    throw new SchemaProblem([], `a rules document is { "flags": … }, not ${shown(document)}`);
  if (!Object.hasOwn(document, 'flags'))
    throw new SchemaProblem([], 'there is no "flags"; a rules document is { "flags": … }');
  checkMetadata(document, []);
  const evaluators = Object.hasOwn(document, '$evaluators') ? named(document.$evaluators, ['$evaluators']) : [];
  return {
    evaluatorFaults: new Map(evaluators.map(([name, rule]) => [name, checkTargeting(rule, ['$evaluators', name])])),
    flags: new Map(named(document.flags, ['flags']).map(([name, flag]) => [name, readFlag(flag, ['flags', name])])),
  };
}

function readFlag(flag: unknown, path: JsonPath): RuleDefinition {
  if (!isForeignObject(flag)) throw new SchemaProblem(path, `is ${shown(flag)}, not { "state", "variants", … }`);
  const state = own(flag, 'state');
  if (state !== 'ENABLED' && state !== 'DISABLED') {
    throw new SchemaProblem([...path, 'state'], `is ${shown(state)}, not "ENABLED" or "DISABLED"`);
  }
  checkMetadata(flag, path);
  const variants = readVariants(own(flag, 'variants'), [...path, 'variants']);
  const defaultVariant = own(flag, 'defaultVariant') ?? undefined;
  const place = [...path, 'defaultVariant'];
  if (defaultVariant !== undefined && typeof defaultVariant !== 'string') {
    throw new SchemaProblem(place, `is ${shown(defaultVariant)}, not the name of a variant or null`);
  }
  // Not of the schema, but flagd refuses it too.
  if (defaultVariant && !variants.has(defaultVariant)) {
    throw new SchemaProblem(
      place,
      `is ${shown(defaultVariant)}, not one of ${[...variants.keys()].map(shown).join(', ')}`,
    );
  }
  const targeting = Object.hasOwn(flag, 'targeting') ? flag.targeting : {};
  const fault = checkTargeting(targeting, [...path, 'targeting']);
  const isTargeted = Object.keys(targeting as object).length > 0;
  return {
    state,
    variants,
    defaultVariant: defaultVariant || undefined, // as flagd: an empty name is none
    targeting: isTargeted ? (targeting as Json) : undefined,
    fault,
  };
}

function readVariants(variants: unknown, path: JsonPath): ReadonlyMap<string, Json> {
  if (variants === undefined)
    throw new SchemaProblem(path, 'is missing; a flag names its variants: { "on": true, "off": false }');
  const entries = named(variants, path);
  if (entries.length === 0) throw new SchemaProblem(path, 'is empty; a flag has at least one variant');
  const [kind, ...others] = new Set(entries.map(([, value]) => kindOf(value)));
  if (kind === undefined || kind === 'other' || others.length > 0) {
    throw new SchemaProblem(path, 'hold values that are not all booleans, all texts, all numbers or all objects');
  }
  return new Map(entries as [string, Json][]);
}

function kindOf(value: unknown): 'boolean' | 'string' | 'number' | 'object' | 'other' {
  if (typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number')
    return typeof value as never;
  return isForeignObject(value) ? 'object' : 'other';
}

function checkMetadata(holder: ForeignObject, path: JsonPath): void {
  if (!Object.hasOwn(holder, 'metadata')) return;
  const place = [...path, 'metadata'];
  if (!isForeignObject(holder.metadata)) throw new SchemaProblem(place, `is ${shown(holder.metadata)}, not an object`);
  for (const [name, value] of Object.entries(holder.metadata)) {
    const mustBeText = path.length === 0 && (name === 'flagSetId' || name === 'version');
    if (mustBeText && typeof value !== 'string')
      throw new SchemaProblem([...place, name], `is ${shown(value)}, not a text`);
    if (['boolean', 'string', 'number'].includes(typeof value)) continue;
    throw new SchemaProblem([...place, name], `is ${shown(value)}, not a boolean, a text or a number`);
  }
}

function named(value: unknown, path: JsonPath): [string, unknown][] {
  if (!isForeignObject(value)) throw new SchemaProblem(path, `is ${shown(value)}, not an object`);
  const entries = Object.entries(value);
  // The schema: ^.{1,}$
  const bad = entries.find(([name]) => !/^.+$/u.test(name));
  if (bad !== undefined) throw new SchemaProblem(path, `has the name ${shown(bad[0])}; a name is one line of text`);
  return entries;
}
