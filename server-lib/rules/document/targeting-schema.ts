import { formatValue } from '../../core/values.ts';
import { isJsonObject } from '../../wire/untrusted-json.ts';
import { operatorFault } from './check-operators.ts';
import type { JsonPath } from './json-position.ts';
import { refName } from './references.ts';
import type { RuleFault } from './rules-document.ts';

/**
 * Validates an expression against flagd's targeting schema (https://flagd.dev/schema/v0/targeting.json). Throws a
 * {@link SchemaError} for the first violation; returns a fault if the expression matches the schema but cannot be evaluated.
 */
export function validateTargeting(expression: unknown, path: JsonPath): RuleFault | undefined {
  if (!isJsonObject(expression)) throw new SchemaError(path, `must be an object; got ${formatValue(expression)}`);
  const validator = new TargetingValidator();
  if (Object.keys(expression).length > 0) validator.operation(expression, path);
  return validator.fault;
}

/** Why a document does not match flagd's schema. */
export class SchemaError extends Error {
  readonly path: JsonPath;

  constructor(path: JsonPath, what: string) {
    super(what);
    this.path = path;
  }
}

type OperandsValidator = (validator: TargetingValidator, args: unknown, path: JsonPath) => void;

// 500 nested operations. Anything deeper could overflow the stack.
const MAX_PATH_LENGTH = 1_000;

class TargetingValidator {
  fault: RuleFault | undefined;
  // A value that two references share is validated once.
  readonly #seen: Set<unknown> = new Set();

  /** An operand: a value, a list of anything, or an operation. */
  operand(value: unknown, path: JsonPath): void {
    if (Array.isArray(value)) this.anyValue(value, path);
    else if (isJsonObject(value)) {
      if (Object.keys(value).length === 0) throw new SchemaError(path, 'must have an operator; got {}');
      this.operation(value, path);
    }
  }

  /** Where the schema allows any value: finds only operators that cannot be evaluated. */
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
    if (!isJsonObject(value)) throw new SchemaError(path, `must be an operation; got ${formatValue(value)}`);
    const operators = Object.keys(value);
    const [operator] = operators;
    // The schema allows `{}` here, although only an operation makes sense; it is evaluated as a value.
    if (operator === undefined || this.#seen.has(value)) return;
    this.#seen.add(value);
    const rule = operators.length === 1 ? RULES.get(operator) : undefined;
    if (rule !== undefined) rule(this, value[operator], [...path, operator]);
    else this.#faulty(value, operators, path);
  }

  #faulty(value: object, operators: readonly string[], path: JsonPath): void {
    this.fault ??= operatorFault(value, operators, path);
  }
}

function operands(least: number, limit: number = Number.POSITIVE_INFINITY): OperandsValidator {
  return (validator, args, path) => {
    validateList(args, path, least, limit).forEach((operand, at) => {
      validator.operand(operand, [...path, at]);
    });
  };
}

// The operand may be in a list; the schema allows any values there.
const unary: OperandsValidator = (validator, args, path) => validator.operand(args, path);

const variable: OperandsValidator = (validator, args, path) => {
  if (typeof args === 'string' && /^\$flagd\..*$/u.test(args) && !/^\$flagd\.(?:timestamp|flagKey)$/u.test(args)) {
    throw new SchemaError(path, `must be $flagd.timestamp or $flagd.flagKey; got ${formatValue(args)}`);
  }
  validator.anyValue(args, path);
};

const missing: OperandsValidator = (_validator, args, path) => {
  validateList(args, path, 0).forEach((key, at) => {
    if (typeof key !== 'string')
      throw new SchemaError([...path, at], `must be the name of an attribute; got ${formatValue(key)}`);
  });
};

const missingSome: OperandsValidator = (validator, args, path) => {
  const [least, keys] = validateList(args, path, 2, 2);
  if (typeof least !== 'number') throw new SchemaError([...path, 0], `must be a number; got ${formatValue(least)}`);
  missing(validator, keys, [...path, 1]);
};

const stringPair: OperandsValidator = (validator, args, path) => {
  validateList(args, path, 2, 2).forEach((text, at) => {
    if (typeof text !== 'string') validator.operation(text, [...path, at]);
  });
};

const semVerOperands: OperandsValidator = (validator, args, path) => {
  const [left, comparison, right] = validateList(args, path, 3, 3);
  if (!VERSION_COMPARISONS.includes(comparison as string)) {
    const expected = VERSION_COMPARISONS.join(' ');
    throw new SchemaError([...path, 1], `must be one of ${expected}; got ${formatValue(comparison)}`);
  }
  version(validator, left, [...path, 0]);
  version(validator, right, [...path, 2]);
};

const version: OperandsValidator = (validator, value, path) => {
  if (typeof value === 'string' && VERSION.test(value)) return;
  const isVariable = isJsonObject(value) && ['var', ''].includes(Object.keys(value).join());
  const isReference = isJsonObject(value) && refName(value) !== undefined;
  if (!isVariable && !isReference) {
    throw new SchemaError(path, `must be a version such as 1.2.3, or a "var"; got ${formatValue(value)}`);
  }
  validator.operation(value, path);
};

const fractionalOperands: OperandsValidator = (validator, args, path) => {
  validateList(args, path, 1).forEach((entry, at) => {
    if (at === 0 && isJsonObject(entry)) validator.operation(entry, [...path, 0]);
    else fractionalEntry(validator, entry, [...path, at]);
  });
};

const fractionalEntry: OperandsValidator = (validator, entry, path) => {
  const [variant, weight = 1] = validateList(entry, path, 1, 2);
  validator.operand(variant, [...path, 0]);
  if (isJsonObject(weight)) validator.operation(weight, [...path, 1]);
  else if (!Number.isInteger(weight) || (weight as number) < 0) {
    throw new SchemaError(
      [...path, 1],
      `must be a weight: an integer of at least 0, or an operation that returns one; got ${formatValue(weight)}`,
    );
  }
};

function validateList(
  value: unknown,
  path: JsonPath,
  least: number,
  limit = Number.POSITIVE_INFINITY,
): readonly unknown[] {
  if (!Array.isArray(value)) throw new SchemaError(path, `must be a list; got ${formatValue(value)}`);
  if (value.length >= least && value.length <= limit) return value;
  const expected =
    least === limit ? `${least}` : limit === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${limit}`;
  throw new SchemaError(path, `must have ${expected} operands; got ${value.length}`);
}

const VERSION_COMPARISONS = ['=', '!=', '>', '<', '>=', '<=', '~', '^'];
const VERSION =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/u;

const RULES: ReadonlyMap<string, OperandsValidator> = new Map([
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

function forEachOperator(operators: readonly string[], rule: OperandsValidator): [string, OperandsValidator][] {
  return operators.map((operator) => [operator, rule]);
}
