import { formatValue } from '../../core/values.ts';
import { isJsonObject } from '../../wire/untrusted-json.ts';
import { unknownOperatorMessage } from './check-operators.ts';
import type { JsonPath } from './json-position.ts';
import { refName } from './references.ts';
import type { RuleFault } from './rules-document.ts';

/**
 * Checks an expression against flagd's targeting schema (https://flagd.dev/schema/v0/targeting.json): throws a
 * `SchemaProblem` for what the schema refuses, and gives back what makes an otherwise well-formed expression unusable.
 */
export function validateTargeting(expression: unknown, path: JsonPath): RuleFault | undefined {
  if (!isJsonObject(expression)) throw new SchemaError(path, `is ${formatValue(expression)}, not an object`);
  const check = new TargetingValidator();
  if (Object.keys(expression).length > 0) check.operation(expression, path);
  return check.fault;
}

type OperandsRule = (check: TargetingValidator, args: unknown, path: JsonPath) => void;

// The most steps of a path: 500 operations in each other. Deeper than that is an attack on the stack.
const MAX_PATH_LENGTH = 1_000;

class TargetingValidator {
  fault: RuleFault | undefined;
  // What two references share is looked at once.
  readonly #seen: Set<unknown> = new Set();

  /** An operand: a value, a list of anything, or an operation. */
  operand(value: unknown, path: JsonPath): void {
    if (Array.isArray(value)) this.anyValue(value, path);
    else if (isJsonObject(value)) {
      if (Object.keys(value).length === 0) throw new SchemaError(path, 'is {}; an operation has an operator');
      this.operation(value, path);
    }
  }

  /** Where the schema takes anything: only what the engine could not run is found. */
  anyValue(value: unknown, path: JsonPath): void {
    if (path.length > MAX_PATH_LENGTH) throw new SchemaError(path, 'is nested too deeply');
    if (typeof value !== 'object' || this.#seen.has(value)) return;
    this.#seen.add(value);
    if (Array.isArray(value)) {
      value.forEach((item, at) => {
        this.anyValue(item, [...path, at]);
      });
    } else if (isJsonObject(value)) {
      const [operator, ...others] = Object.keys(value);
      if (operator === undefined) return;
      if (others.length > 0 || !RULES.has(operator)) this.#faulty(value, [operator, ...others], path);
      this.anyValue(value[operator], [...path, operator]);
    }
  }

  operation(value: unknown, path: JsonPath): void {
    if (path.length > MAX_PATH_LENGTH) throw new SchemaError(path, 'is nested too deeply');
    if (!isJsonObject(value)) throw new SchemaError(path, `is ${formatValue(value)}, not an operation`);
    const operators = Object.keys(value);
    const [operator] = operators;
    if (operator === undefined || this.#seen.has(value)) return; // the schema takes it where only an operation may stand; it is a value
    this.#seen.add(value);
    const rule = operators.length === 1 ? RULES.get(operator) : undefined;
    if (rule !== undefined) rule(this, value[operator], [...path, operator]);
    else this.#faulty(value, operators, path);
  }

  #faulty(value: object, operators: readonly string[], path: JsonPath): void {
    const reference = refName(value);
    this.fault ??=
      reference === undefined
        ? { code: 'unknown-operator', what: unknownOperatorMessage(operators), path }
        : { code: 'dangling-reference', what: `there is no evaluator ${formatValue(reference)} after this one`, path };
  }
}

function operands(least: number, limit: number = Number.POSITIVE_INFINITY): OperandsRule {
  return (check, args, path) => {
    validateList(args, path, least, limit).forEach((operand, at) => {
      check.operand(operand, [...path, at]);
    });
  };
}

// With or without a list around it; a list may hold anything, says the schema.
const unary: OperandsRule = (check, args, path) => check.operand(args, path);

const variable: OperandsRule = (check, args, path) => {
  if (typeof args === 'string' && /^\$flagd\..*$/u.test(args) && !/^\$flagd\.(?:timestamp|flagKey)$/u.test(args)) {
    throw new SchemaError(path, `is ${formatValue(args)}; flagd gives $flagd.timestamp and $flagd.flagKey`);
  }
  check.anyValue(args, path);
};

const missing: OperandsRule = (_check, args, path) => {
  validateList(args, path, 0).forEach((key, at) => {
    if (typeof key !== 'string')
      throw new SchemaError([...path, at], `is ${formatValue(key)}, not the name of an attribute`);
  });
};

const missingSome: OperandsRule = (check, args, path) => {
  const [least, keys] = validateList(args, path, 2, 2);
  if (typeof least !== 'number') throw new SchemaError([...path, 0], `is ${formatValue(least)}, not a number`);
  missing(check, keys, [...path, 1]);
};

const stringPair: OperandsRule = (check, args, path) => {
  validateList(args, path, 2, 2).forEach((text, at) => {
    if (typeof text !== 'string') check.operation(text, [...path, at]);
  });
};

const semVerOperands: OperandsRule = (check, args, path) => {
  const [left, comparison, right] = validateList(args, path, 3, 3);
  if (!VERSION_COMPARISONS.includes(comparison as string)) {
    throw new SchemaError([...path, 1], `is ${formatValue(comparison)}, not one of ${VERSION_COMPARISONS.join(' ')}`);
  }
  version(check, left, [...path, 0]);
  version(check, right, [...path, 2]);
};

const version: OperandsRule = (check, value, path) => {
  if (typeof value === 'string' && VERSION.test(value)) return;
  const isVariable = isJsonObject(value) && ['var', ''].includes(Object.keys(value).join());
  const isReference = isJsonObject(value) && refName(value) !== undefined;
  if (!isVariable && !isReference) {
    throw new SchemaError(path, `is ${formatValue(value)}, neither a version like 1.2.3 nor a "var"`);
  }
  check.operation(value, path);
};

const fractionalOperands: OperandsRule = (check, args, path) => {
  validateList(args, path, 1).forEach((entry, at) => {
    if (at === 0 && isJsonObject(entry)) check.operation(entry, [...path, 0]);
    else fractionalEntry(check, entry, [...path, at]);
  });
};

const fractionalEntry: OperandsRule = (check, entry, path) => {
  const [variant, weight = 1] = validateList(entry, path, 1, 2);
  check.operand(variant, [...path, 0]);
  if (isJsonObject(weight)) check.operation(weight, [...path, 1]);
  else if (!Number.isInteger(weight) || (weight as number) < 0) {
    throw new SchemaError(
      [...path, 1],
      `is ${formatValue(weight)}; a weight is an integer, or an operation that gives one`,
    );
  }
};

function validateList(
  value: unknown,
  path: JsonPath,
  least: number,
  limit = Number.POSITIVE_INFINITY,
): readonly unknown[] {
  if (!Array.isArray(value)) throw new SchemaError(path, `is ${formatValue(value)}, not a list`);
  if (value.length >= least && value.length <= limit) return value;
  const many =
    least === limit ? `${least}` : limit === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${limit}`;
  throw new SchemaError(path, `has ${value.length} operands, not ${many}`);
}

const VERSION_COMPARISONS = ['=', '!=', '>', '<', '>=', '<=', '~', '^'];
const VERSION =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/u;

const RULES: ReadonlyMap<string, OperandsRule> = new Map([
  ...forEachOperator(['if', 'or', 'and', '+', '-', 'max', 'min', 'merge', 'cat'], operands(1)),
  ...forEachOperator(
    ['==', '===', '!=', '!==', '>', '>=', '%', '/', 'map', 'filter', 'all', 'none', 'some', 'in'],
    operands(2, 2),
  ),
  ...forEachOperator(['substr', '<', '<='], operands(2, 3)),
  ...forEachOperator(['*'], operands(2)),
  ...forEachOperator(['reduce'], operands(3, 3)),
  ...forEachOperator(['!', '!!'], unary),
  ...forEachOperator(['var'], variable),
  ...forEachOperator(['missing'], missing),
  ...forEachOperator(['missing_some'], missingSome),
  ...forEachOperator(['starts_with', 'ends_with'], stringPair),
  ...forEachOperator(['sem_ver'], semVerOperands),
  ...forEachOperator(['fractional'], fractionalOperands),
]);

function forEachOperator(operators: readonly string[], rule: OperandsRule): [string, OperandsRule][] {
  return operators.map((operator) => [operator, rule]);
}

/** Why a document is not one of flagd's flag definitions. */
export class SchemaError extends Error {
  readonly path: JsonPath;

  constructor(path: JsonPath, what: string) {
    super(what);
    this.path = path;
  }
}
