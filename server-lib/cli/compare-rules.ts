import type { CompiledFlag } from '../core/flags/compiled-flag.ts';
import { compileRule, type Rule } from '../rules/compile-rules.ts';
import type { RuleDefinition, RulesDocument } from '../rules/document/rules-document.ts';
import type { ResultFactory } from '../rules/results.ts';
import { isJsonObject, type Json } from '../wire/untrusted-json.ts';

/** A user whose variants are compared. */
export interface ComparedUser {
  readonly targetingKey: string | undefined;
  readonly attributes: object;
}

/** A variant; `null` if the code decides, which depends on the request. */
export type ComparedVariant = string | null;

/** How many users get another variant of one flag. */
export interface FlagImpact {
  readonly flag: string;
  /** How many users get another variant. */
  readonly users: number;
  readonly changes: readonly { readonly from: ComparedVariant; readonly to: ComparedVariant; readonly users: number }[];
  /** How many users have each variant, before and after. */
  readonly variants: readonly { readonly variant: ComparedVariant; readonly before: number; readonly after: number }[];
  /** Variants that keep their name and get another value, and how many users have them after. */
  readonly values: readonly {
    readonly variant: string;
    readonly from: Json;
    readonly to: Json;
    readonly users: number;
  }[];
  /** Attributes that the rules read and no user has. */
  readonly missingAttributes: readonly string[];
}

interface ComparisonOptions {
  readonly before: RulesDocument;
  readonly after: RulesDocument;
  /** The flags of the code: their user lists, defaults and variants count. Without them, only the documents do. */
  readonly code: ReadonlyMap<string, CompiledFlag> | undefined;
  /** The time in seconds since 1970, the same for all evaluations. */
  readonly timestamp: number;
}

/** Evaluates users under two rules documents, and counts those who get another variant. */
export class RulesComparison {
  /** The flags whose rule is the same in both documents. */
  readonly unchanged: readonly string[];
  /** The flags of the documents that the code does not have. */
  readonly unknown: readonly string[];
  readonly #flags: readonly FlagComparison[];
  readonly #timestamp: number;
  #users = 0;
  #changed = 0;

  constructor({ before, after, code, timestamp }: ComparisonOptions) {
    const names = [...new Set([...before.flags.keys(), ...after.flags.keys()])];
    const isKnown = (name: string): boolean => code === undefined || code.has(name);
    const known = names.filter(isKnown);
    const isSame = (name: string): boolean => contentOf(before.flags.get(name)) === contentOf(after.flags.get(name));
    this.unknown = names.filter((name) => !isKnown(name));
    this.unchanged = known.filter(isSame);
    this.#flags = known
      .filter((name) => !isSame(name))
      .map((name) => new FlagComparison(name, before.flags.get(name), after.flags.get(name), code?.get(name)));
    this.#timestamp = timestamp;
  }

  add({ targetingKey, attributes }: ComparedUser): void {
    const context = { attributes, timestamp: this.#timestamp };
    let isChanged = false;
    for (const flag of this.#flags) if (flag.add(targetingKey, context)) isChanged = true;
    this.#users++;
    if (isChanged) this.#changed++;
  }

  /** The users so far. */
  get users(): number {
    return this.#users;
  }

  /** The users who get another variant of at least one flag. */
  get changed(): number {
    return this.#changed;
  }

  /** The flags whose rule is not the same. */
  impacts(): readonly FlagImpact[] {
    return this.#flags.map((flag) => flag.impact());
  }
}

/** What the variants of users depend on. */
function contentOf(rule: RuleDefinition | undefined): string {
  if (rule === undefined) return '';
  if (rule.state === 'DISABLED') return rule.state;
  const { variants, defaultVariant, targeting, fault } = rule;
  return JSON.stringify([[...variants], defaultVariant ?? null, targeting ?? null, fault?.what ?? null]);
}

type Context = { readonly attributes: object; readonly timestamp: number };

class FlagComparison {
  readonly #name: string;
  readonly #definitions: readonly [RuleDefinition | undefined, RuleDefinition | undefined];
  readonly #code: CompiledFlag | undefined;
  readonly #before: Rule<ComparedVariant>;
  readonly #after: Rule<ComparedVariant>;
  readonly #counts = new Map<ComparedVariant, Map<ComparedVariant, number>>();
  readonly #missing: Set<string>;

  constructor(
    name: string,
    before: RuleDefinition | undefined,
    after: RuleDefinition | undefined,
    code: CompiledFlag | undefined,
  ) {
    this.#name = name;
    this.#definitions = [before, after];
    this.#code = code;
    this.#before = compileFor(name, before, code);
    this.#after = compileFor(name, after, code);
    this.#missing = new Set([before, after].flatMap((rule) => attributesRead(rule?.targeting ?? null)));
  }

  /** Counts a user; `true` if the variant is another one. */
  add(targetingKey: string | undefined, context: Context): boolean {
    for (const name of this.#missing) if (Object.hasOwn(context.attributes, name)) this.#missing.delete(name);
    const listed = this.#code?.userListEvaluation({ targetingKey })?.variant;
    const from = listed ?? this.#before.evaluate(targetingKey, context);
    const to = listed ?? this.#after.evaluate(targetingKey, context);
    let counts = this.#counts.get(from);
    if (counts === undefined) {
      counts = new Map();
      this.#counts.set(from, counts);
    }
    counts.set(to, (counts.get(to) ?? 0) + 1);
    return from !== to;
  }

  impact(): FlagImpact {
    const all = [...this.#counts].flatMap(([from, counts]) => [...counts].map(([to, users]) => ({ from, to, users })));
    const changes = all.filter(({ from, to }) => from !== to).sort((one, other) => other.users - one.users);
    const names = [...new Set(all.flatMap(({ from, to }) => [from, to]))].sort();
    const sum = (rows: readonly { readonly users: number }[]): number =>
      rows.reduce((total, { users }) => total + users, 0);
    const variants = names.map((variant) => ({
      variant,
      before: sum(all.filter(({ from }) => from === variant)),
      after: sum(all.filter(({ to }) => to === variant)),
    }));
    return {
      flag: this.#name,
      users: sum(changes),
      changes,
      variants,
      values: this.#changedValues().map((value) => ({
        ...value,
        users: variants.find(({ variant }) => variant === value.variant)?.after ?? 0,
      })),
      missingAttributes: [...this.#missing].sort(),
    };
  }

  #changedValues(): readonly { readonly variant: string; readonly from: Json; readonly to: Json }[] {
    const [before, after] = this.#definitions;
    // Servers use the values of a document only where the code has values.
    if (before === undefined || after === undefined || (this.#code && this.#code.definition.values === undefined))
      return [];
    return [...after.variants].flatMap(([variant, to]) => {
      const from = before.variants.get(variant);
      return from === undefined || JSON.stringify(from) === JSON.stringify(to) ? [] : [{ variant, from, to }];
    });
  }
}

/** A rule as servers use it: without rule, or if it is left out, the code decides. */
function compileFor(
  name: string,
  rule: RuleDefinition | undefined,
  code: CompiledFlag | undefined,
): Rule<ComparedVariant> {
  const fallback = code?.definition.default ?? null;
  const fromCode = code === undefined || code.hasDecide ? null : fallback;
  const isLeftOut =
    rule === undefined ||
    (rule.state !== 'DISABLED' &&
      (rule.fault !== undefined || ![...rule.variants.keys()].every((variant) => code?.hasVariant(variant) ?? true)));
  if (isLeftOut) return { dependsOnUser: false, evaluate: () => fromCode };
  const results: ResultFactory<ComparedVariant> = {
    variant: (variant) => variant,
    disabled: () => fallback,
    noVariant: () => fromCode,
    failed: () => fallback,
  };
  return compileRule(name, rule, results);
}

// In their other operands, `var` reads an item of the list.
const LOOPS: ReadonlySet<string> = new Set(['map', 'filter', 'reduce', 'all', 'some', 'none']);

/** The attributes that targeting reads by a constant name. */
function attributesRead(logic: Json): readonly string[] {
  if (Array.isArray(logic)) return logic.flatMap(attributesRead);
  if (!isJsonObject(logic)) return [];
  return Object.entries(logic).flatMap(([operator, args]) => {
    const [first] = [args].flat();
    if (operator === 'var' && typeof first === 'string') {
      const [name = ''] = first.split('.');
      return name === '' || name === 'targetingKey' || name === '$flagd' ? [] : [name];
    }
    return attributesRead(LOOPS.has(operator) ? ((first ?? null) as Json) : (args as Json));
  });
}
