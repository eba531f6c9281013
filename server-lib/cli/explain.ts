import { quoted } from '../core/gatekeeper-error.ts';
import { didYouMean } from '../core/nearest-name.ts';
import { compileRules, type RuleEvaluation } from '../rules/compile-rules.ts';
import { sanitize } from '../wire/sanitize.ts';
import { type Command, type Invocation, optionOf } from './command.ts';
import { CommandError, EXIT } from './exit-code.ts';
import { failureOf, type Share, type Step, stepsOf } from './explanation.ts';
import type { Paint } from './paint.ts';
import { FILE_OR_REDIS_OPTIONS } from './redis-link.ts';
import { documentIn, rulesText } from './rules-text.ts';

export const explain: Command = {
  name: 'explain',
  words: ['<flag>', '[rules.json]'],
  summary: 'tells which variant somebody gets from a rules document, and why',
  help: [
    'From the file; with --redis from Redis; else from rules.json. It shows each condition that was met, and the bucket that decides in a split.',
    'An attribute is JSON where it can be (age=42, isStaff=true, tags=["a"]), else text (plan=pro); \'id="42"\' is text.',
  ],
  options: {
    user: { value: 'id', help: 'the user’s id, which is the targeting key' },
    attr: { value: 'name=value', help: 'an attribute of the user; may be given again', isRepeatable: true },
    ...FILE_OR_REDIS_OPTIONS,
  },
  async run(invocation) {
    const [flag = '', file] = invocation.words;
    const person = { targetingKey: optionOf(invocation, 'user'), attributes: attributesIn(invocation) };
    const rules = await rulesText(invocation, file);
    const { flags } = documentIn(rules);
    const definition = flags.get(flag);
    if (definition === undefined) {
      const what = `has no flag ${quoted(flag)}${sanitize(didYouMean(flag, flags.keys()))}`;
      throw new CommandError(EXIT.refused, `${sanitize(rules.source)} ${what}`);
    }
    const { state, targeting = null, fault, defaultVariant } = definition;
    const evaluation = compileRules(rules.text).evaluate(flag, {
      ...person.attributes,
      targetingKey: person.targetingKey,
    });
    const isFollowed = state === 'ENABLED' && fault === undefined && evaluation.reason !== 'ERROR';
    const steps = isFollowed ? stepsOf(flag, targeting, person) : [];
    const { paint } = invocation;
    return {
      exitCode: EXIT.ok,
      lines: [
        `${paint.strong(sanitize(flag))}: ${verdict(evaluation, paint)}`,
        ...steps.flatMap((step) => linesOf(step, paint)),
        `  ${reasonFor(evaluation, () => fault?.what ?? failureOf(flag, definition, person), defaultVariant)}`,
      ],
      header: rules.header,
      json: { ok: true, source: rules.source, flag, user: person.targetingKey ?? null, state, ...evaluation, steps },
    };
  },
};

function attributesIn({ options }: Invocation): object {
  const entries = (options.get('attr') ?? []).map((given) => {
    const at = given.indexOf('=');
    if (at < 1) throw new CommandError(EXIT.usage, `--attr is name=value, not "${sanitize(given)}"`);
    if (given.slice(0, at) === 'targetingKey') {
      throw new CommandError(
        EXIT.usage,
        'the targeting key is the id of the user: --user <id>, not --attr targetingKey',
      );
    }
    return [given.slice(0, at), attributeValue(given.slice(at + 1))] as const;
  });
  return Object.fromEntries(entries);
}

function attributeValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function verdict({ variant, reason }: RuleEvaluation, { good, warn }: Paint): string {
  if (variant !== undefined) return good(sanitize(variant));
  return warn(reason === 'DISABLED' || reason === 'ERROR' ? 'the default of the code' : 'the code decides');
}

function linesOf(step: Step, paint: Paint): readonly string[] {
  if (step.kind === 'no-split') return [`  ${paint.warn('split for nobody:')} ${sanitize(step.why)}`];
  if (step.kind === 'condition') {
    const logic = sanitize(JSON.stringify(step.logic));
    return [
      `  ${step.holds ? paint.good('yes') : paint.quiet('no ')}  ${logic.length > 110 ? `${logic.slice(0, 110)}…` : logic}`,
    ];
  }
  const { bucket, total, by, shares } = step;
  return [
    `  bucket ${paint.strong(String(bucket))} of ${total}, by the hash of ${JSON.stringify(sanitize(by))}`,
    ...shares.map((share) => `    ${shareLine(share, total, paint)}`),
  ];
}

function shareLine({ variant, from, to, isHere }: Share, total: number, { good, quiet }: Paint): string {
  const name = variant === null ? 'the default' : sanitize(variant);
  const percent = `${Number((((to - from) / total) * 100).toFixed(2))} %`;
  const range = to > from ? `${from} to ${to - 1}` : 'no bucket';
  return isHere ? good(`${name}: ${range}, ${percent}  <- here`) : quiet(`${name}: ${range}, ${percent}`);
}

function reasonFor(evaluation: RuleEvaluation, fault: () => string, defaultVariant: string | undefined): string {
  const { reason, variant, errorCode } = evaluation;
  if (reason === 'ERROR') return `ERROR (${errorCode}): ${sanitize(fault())}`;
  if (reason === 'DEFAULT' && variant === undefined)
    return 'DEFAULT: nothing was chosen, and there is no default variant';
  if (reason === 'DEFAULT')
    return `DEFAULT: nothing was chosen, so it is the default variant ${sanitize(defaultVariant ?? '')}`;
  return {
    DISABLED: 'DISABLED: switched off',
    STATIC: 'STATIC: the same for all',
    SPLIT: 'SPLIT: by bucket',
    TARGETING_MATCH: 'TARGETING_MATCH: by its targeting',
  }[reason];
}
