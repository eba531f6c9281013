import { createRequire } from 'node:module';
import { isForeignObject, own } from '../wire/foreign-json.ts';
import { fractional } from './fractional.ts';
import type { Json } from './rules-document.ts';
import { semVer } from './sem-ver.ts';
import { endsWith, startsWith } from './string-comparison.ts';
import type { Subject } from './subject.ts';

/** A targeting expression of any shape, run by json-logic-engine as flagd runs it where no code may be generated. */
export function interpreted(logic: Json, flagKey: string): (targetingKey: unknown, subject: Subject) => unknown {
  const engine = createEngine(flagKey);
  const marked = withSplits(logic);
  return (targetingKey, subject) => engine.run(marked, contextFor(flagKey, targetingKey, subject));
}

/** What a `fractional` gave that stands where the answer comes from. */
export class Split {
  readonly variant: unknown;

  constructor(variant: unknown) {
    this.variant = variant;
  }
}

/** The part of json-logic-engine's LogicEngine that is used; its own types do not pass a strict compiler. */
interface Engine {
  addMethod(name: string, method: (args: unknown, context: unknown) => unknown): void;
  run(logic: Json, context: object): unknown;
}

// The CommonJS build, so that a document can be compiled at once, and only where there is a document.
const require = createRequire(import.meta.url);

function createEngine(flagKey: string): Engine {
  const { LogicEngine }: { readonly LogicEngine: new () => Engine } = require('json-logic-engine');
  const engine = new LogicEngine();
  const split = (args: unknown, context: unknown): unknown => fractional(args, flagKey, whole(context).targetingKey);
  engine.addMethod('starts_with', (args, context) => whole(context) && startsWith(args));
  engine.addMethod('ends_with', (args, context) => whole(context) && endsWith(args));
  engine.addMethod('sem_ver', (args, context) => whole(context) && semVer(args));
  engine.addMethod('fractional', split);
  engine.addMethod(SPLIT, (args, context) => {
    const variant = split(args, context);
    return variant === null ? null : new Split(variant);
  });
  return engine;
}

// No document can name it: the schema knows no such operator.
const SPLIT = 'fractional, for the answer';

/** `logic` with the `fractional`s marked that choose the answer: all of the targeting, or a branch of an `if`. */
function withSplits(logic: Json): Json {
  if (!isForeignObject(logic)) return logic;
  const [operator] = Object.keys(logic);
  if (operator === 'fractional') return { [SPLIT]: own(logic, operator) as Json };
  if (operator !== 'if') return logic;
  const args = own(logic, operator);
  if (!Array.isArray(args)) return logic;
  const isBranch = (at: number): boolean => at % 2 === 1 || at === args.length - 1;
  return { if: args.map((arg, at) => (isBranch(at) ? withSplits(arg) : arg)) };
}

interface Context {
  readonly targetingKey?: unknown;
}

// flagd's own operators do not know whom they are asked for inside "map", "some" and the like, and fail there.
function whole(context: unknown): Context {
  if (typeof context === 'object' && context !== null && Object.hasOwn(context, WHOLE)) return context;
  throw new TypeError('flagd’s own operators do not work inside map, filter, reduce, all, none and some');
}

const WHOLE = Symbol('the evaluation’s context');

// Object.prototype would let a polluted one answer for an attribute. What the engine asks an object for is there.
const NOTHING_ELSE: object = Object.create(
  null,
  Object.fromEntries(
    ['constructor', 'toString', 'valueOf'].map((name) => [
      name,
      Object.getOwnPropertyDescriptor(Object.prototype, name) as PropertyDescriptor,
    ]),
  ),
);

function contextFor(flagKey: string, targetingKey: unknown, { attributes }: Subject): object {
  const context: Record<string | symbol, unknown> = Object.assign(Object.create(NOTHING_ELSE), {
    ...attributes,
    $flagd: { flagKey, timestamp: Math.floor(Date.now() / 1_000) },
    [WHOLE]: true,
  });
  if (targetingKey === undefined) delete context.targetingKey;
  else context.targetingKey = targetingKey;
  return context;
}
