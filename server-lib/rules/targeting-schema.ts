import { isForeignObject } from '../wire/foreign-json.ts';
import type { JsonPath } from './json-position.ts';
import { noOperator } from './operator-names.ts';
import { referenceIn } from './references.ts';
import type { RuleFault } from './rules-document.ts';
import { SchemaProblem, shown } from './schema-problem.ts';

/**
 * Checks an expression against flagd's targeting schema (https://flagd.dev/schema/v0/targeting.json): throws a
 * `SchemaProblem` for what the schema refuses, and gives back what makes an otherwise well-formed expression unusable.
 */
export function checkTargeting(expression: unknown, path: JsonPath): RuleFault | undefined {
  if (!isForeignObject(expression)) throw new SchemaProblem(path, `is ${shown(expression)}, not an object`);
  const check = new Check();
  if (Object.keys(expression).length > 0) check.operation(expression, path);
  return check.fault;
}

type Rule = (check: Check, args: unknown, path: JsonPath) => void;

// The most steps of a path: 500 operations in each other. Deeper than that is an attack on the stack.
const MOST_DEPTH = 1_000;

class Check {
  fault: RuleFault | undefined;
  // What two references share is looked at once.
  readonly #seen: Set<unknown> = new Set();

  /** An operand: a value, a list of anything, or an operation. */
  operand(value: unknown, path: JsonPath): void {
    if (Array.isArray(value)) this.anything(value, path);
    else if (isForeignObject(value)) {
      if (Object.keys(value).length === 0) throw new SchemaProblem(path, 'is {}; an operation has an operator');
      this.operation(value, path);
    }
  }

  /** Where the schema takes anything: only what the engine could not run is found. */
  anything(value: unknown, path: JsonPath): void {
    if (path.length > MOST_DEPTH) throw new SchemaProblem(path, 'is nested too deeply');
    if (typeof value !== 'object' || this.#seen.has(value)) return;
    this.#seen.add(value);
    if (Array.isArray(value)) {
      value.forEach((item, at) => {
        this.anything(item, [...path, at]);
      });
    } else if (isForeignObject(value)) {
      const [operator, ...others] = Object.keys(value);
      if (operator === undefined) return;
      if (others.length > 0 || !RULES.has(operator)) this.#faulty(value, [operator, ...others], path);
      this.anything(value[operator], [...path, operator]);
    }
  }

  operation(value: unknown, path: JsonPath): void {
    if (path.length > MOST_DEPTH) throw new SchemaProblem(path, 'is nested too deeply');
    if (!isForeignObject(value)) throw new SchemaProblem(path, `is ${shown(value)}, not an operation`);
    const operators = Object.keys(value);
    const [operator] = operators;
    if (operator === undefined || this.#seen.has(value)) return; // the schema takes it where only an operation may stand; it is a value
    this.#seen.add(value);
    const rule = operators.length === 1 ? RULES.get(operator) : undefined;
    if (rule !== undefined) rule(this, value[operator], [...path, operator]);
    else this.#faulty(value, operators, path);
  }

  #faulty(value: object, operators: readonly string[], path: JsonPath): void {
    const reference = referenceIn(value);
    this.fault ??=
      reference === undefined
        ? { code: 'unknown-operator', what: noOperator(operators), path }
        : { code: 'dangling-reference', what: `there is no evaluator ${shown(reference)} after this one`, path };
  }
}

function operands(least: number, most: number = Number.POSITIVE_INFINITY): Rule {
  return (check, args, path) => {
    listOf(args, path, least, most).forEach((operand, at) => {
      check.operand(operand, [...path, at]);
    });
  };
}

// With or without a list around it; a list may hold anything, says the schema.
const unary: Rule = (check, args, path) => check.operand(args, path);

const variable: Rule = (check, args, path) => {
  if (typeof args === 'string' && /^\$flagd\..*$/u.test(args) && !/^\$flagd\.(?:timestamp|flagKey)$/u.test(args)) {
    throw new SchemaProblem(path, `is ${shown(args)}; flagd gives $flagd.timestamp and $flagd.flagKey`);
  }
  check.anything(args, path);
};

const missing: Rule = (_check, args, path) => {
  listOf(args, path, 0).forEach((key, at) => {
    if (typeof key !== 'string')
      throw new SchemaProblem([...path, at], `is ${shown(key)}, not the name of an attribute`);
  });
};

const missingSome: Rule = (check, args, path) => {
  const [least, keys] = listOf(args, path, 2, 2);
  if (typeof least !== 'number') throw new SchemaProblem([...path, 0], `is ${shown(least)}, not a number`);
  missing(check, keys, [...path, 1]);
};

const texts: Rule = (check, args, path) => {
  listOf(args, path, 2, 2).forEach((text, at) => {
    if (typeof text !== 'string') check.operation(text, [...path, at]);
  });
};

const versions: Rule = (check, args, path) => {
  const [left, comparison, right] = listOf(args, path, 3, 3);
  if (!VERSION_COMPARISONS.includes(comparison as string)) {
    throw new SchemaProblem([...path, 1], `is ${shown(comparison)}, not one of ${VERSION_COMPARISONS.join(' ')}`);
  }
  version(check, left, [...path, 0]);
  version(check, right, [...path, 2]);
};

const version: Rule = (check, value, path) => {
  if (typeof value === 'string' && VERSION.test(value)) return;
  const isVariable = isForeignObject(value) && ['var', ''].includes(Object.keys(value).join());
  const isReference = isForeignObject(value) && referenceIn(value) !== undefined;
  if (!isVariable && !isReference) {
    throw new SchemaProblem(path, `is ${shown(value)}, neither a version like 1.2.3 nor a "var"`);
  }
  check.operation(value, path);
};

const fractions: Rule = (check, args, path) => {
  listOf(args, path, 1).forEach((entry, at) => {
    if (at === 0 && isForeignObject(entry)) check.operation(entry, [...path, 0]);
    else fraction(check, entry, [...path, at]);
  });
};

const fraction: Rule = (check, entry, path) => {
  const [variant, weight = 1] = listOf(entry, path, 1, 2);
  check.operand(variant, [...path, 0]);
  if (isForeignObject(weight)) check.operation(weight, [...path, 1]);
  else if (!Number.isInteger(weight) || (weight as number) < 0) {
    throw new SchemaProblem(
      [...path, 1],
      `is ${shown(weight)}; a weight is an integer, or an operation that gives one`,
    );
  }
};

function listOf(value: unknown, path: JsonPath, least: number, most = Number.POSITIVE_INFINITY): readonly unknown[] {
  if (!Array.isArray(value)) throw new SchemaProblem(path, `is ${shown(value)}, not a list`);
  if (value.length >= least && value.length <= most) return value;
  const many =
    least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`;
  throw new SchemaProblem(path, `has ${value.length} operands, not ${many}`);
}

const VERSION_COMPARISONS = ['=', '!=', '>', '<', '>=', '<=', '~', '^'];
const VERSION =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/u;

const RULES: ReadonlyMap<string, Rule> = new Map([
  ...each(['if', 'or', 'and', '+', '-', 'max', 'min', 'merge', 'cat'], operands(1)),
  ...each(
    ['==', '===', '!=', '!==', '>', '>=', '%', '/', 'map', 'filter', 'all', 'none', 'some', 'in'],
    operands(2, 2),
  ),
  ...each(['substr', '<', '<='], operands(2, 3)),
  ...each(['*'], operands(2)),
  ...each(['reduce'], operands(3, 3)),
  ...each(['!', '!!'], unary),
  ...each(['var'], variable),
  ...each(['missing'], missing),
  ...each(['missing_some'], missingSome),
  ...each(['starts_with', 'ends_with'], texts),
  ...each(['sem_ver'], versions),
  ...each(['fractional'], fractions),
]);

function each(operators: readonly string[], rule: Rule): [string, Rule][] {
  return operators.map((operator) => [operator, rule]);
}
