import { didYouMean, quoted } from '../../core/values.ts';
import { compileRules, type RuleEvaluation } from '../../rules/compile-rules.ts';
import { parseUtcTime } from '../../wire/context-values.ts';
import { sanitize } from '../../wire/sanitize.ts';
import { type Command, type Invocation, optionValue } from '../command.ts';
import { CommandError, EXIT } from '../exit.ts';
import { parseRulesInput, readRulesInput } from '../rules-input.ts';
import { FILE_OR_STORE_OPTIONS } from '../rules-store.ts';
import { type Colors, formatVariant } from '../terminal.ts';
import { describeFailure, type Share, type TraceStep, traceTargeting } from '../trace-targeting.ts';

export const explain: Command = {
  name: 'explain',
  positionals: ['<flag>', '[rules.json]'],
  summary: 'shows which variant a user gets from a rules document, and why',
  help: [
    'Reads Redis with --redis, PostgreSQL with --postgres, else the file, else rules.json. Shows each condition that was evaluated, and the bucket of a split.',
    'The value of an attribute is JSON if it is valid JSON (age=42, isStaff=true, tags=["a"]), else a string (plan=pro). \'id="42"\' is a string.',
  ],
  options: {
    user: { value: 'id', help: 'the user’s id, which is the targeting key' },
    attr: { value: 'name=value', help: 'an attribute of the user; can be repeated', isRepeatable: true },
    at: { value: 'time', help: 'evaluates at another time, in UTC: 2027-01-01T00:00:00Z, or 2027-01-01 for its start' },
    ...FILE_OR_STORE_OPTIONS,
  },
  examples: [
    ['explain CHECKOUT --user 42 --attr country=DE', 'reads rules.json'],
    ['explain CHECKOUT rules.json --user 42 --at 2027-01-01', 'shows what the user will get on that day'],
  ],
  async run(invocation) {
    const [flag = '', file] = invocation.positionals;
    const now = readTime(invocation);
    const user = {
      targetingKey: optionValue(invocation, 'user'),
      attributes: readAttributes(invocation),
      timestamp: now && Math.floor(now.getTime() / 1_000),
    };
    const rules = await readRulesInput(invocation, file);
    const { flags } = parseRulesInput(rules);
    const definition = flags.get(flag);
    if (definition === undefined) {
      const what = `has no flag ${quoted(flag)}${sanitize(didYouMean(flag, flags.keys()))}`;
      throw new CommandError(EXIT.refused, `${sanitize(rules.source)} ${what}`);
    }
    const { state, targeting = null, fault, defaultVariant } = definition;
    const context = { ...user.attributes, targetingKey: user.targetingKey };
    const evaluation = compileRules(rules.text).evaluate(flag, context, { now });
    const isFollowed = state === 'ENABLED' && fault === undefined && evaluation.reason !== 'ERROR';
    const steps = isFollowed ? traceTargeting(flag, targeting, user) : [];
    const { colors } = invocation;
    return {
      exitCode: EXIT.ok,
      lines: [
        `${colors.strong(sanitize(flag))}: ${formatResult(evaluation, colors)}${now === undefined ? '' : ` (simulated: at ${formatTime(now)})`}`,
        ...steps.flatMap((step) => formatStep(step, colors)),
        `  ${formatReason(evaluation, () => fault?.what ?? describeFailure(flag, definition, user), defaultVariant)}`,
      ],
      header: rules.header,
      json: {
        ok: true,
        source: rules.source,
        flag,
        user: user.targetingKey ?? null,
        ...(now === undefined ? {} : { at: formatTime(now), simulated: true }),
        state,
        ...evaluation,
        steps,
      },
    };
  },
};

/** The time of `--at`. Throws if it is not one. */
export function readTime(invocation: Invocation): Date | undefined {
  const text = optionValue(invocation, 'at');
  if (text === undefined) return undefined;
  const time = parseUtcTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  if (time !== undefined) return new Date(time);
  const what = `--at must be a time in UTC, like 2027-01-01T00:00:00Z, or a date; got "${sanitize(text)}"`;
  throw new CommandError(EXIT.usage, what);
}

/** A time without milliseconds if it has none. */
function formatTime(time: Date): string {
  return time.toISOString().replace('.000Z', 'Z');
}

/** The attributes of `--attr`. */
export function readAttributes({ options }: Invocation): object {
  const entries = (options.get('attr') ?? []).map((attribute) => {
    const at = attribute.indexOf('=');
    if (at < 1) throw new CommandError(EXIT.usage, `--attr must be name=value; got "${sanitize(attribute)}"`);
    if (attribute.slice(0, at) === 'targetingKey') {
      throw new CommandError(EXIT.usage, '--attr cannot set targetingKey; use --user <id>');
    }
    return [attribute.slice(0, at), parseAttributeValue(attribute.slice(at + 1))] as const;
  });
  return Object.fromEntries(entries);
}

function parseAttributeValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function formatResult({ variant, value, reason }: RuleEvaluation, { good, warn }: Colors): string {
  if (variant !== undefined) return good(formatVariant(variant, value));
  return warn(reason === 'DISABLED' || reason === 'ERROR' ? 'the default in code' : 'the code decides');
}

function formatStep(step: TraceStep, colors: Colors): readonly string[] {
  if (step.kind === 'no-split') return [`  ${colors.warn('no split:')} ${sanitize(step.why)}`];
  if (step.kind === 'condition') {
    const logic = sanitize(JSON.stringify(step.logic));
    return [
      `  ${step.holds ? colors.good('yes') : colors.quiet('no ')}  ${logic.length > 110 ? `${logic.slice(0, 110)}…` : logic}`,
    ];
  }
  const { bucket, total, by, shares } = step;
  return [
    `  bucket ${colors.strong(String(bucket))} of ${total}, by the hash of ${JSON.stringify(sanitize(by))}`,
    ...shares.map((share) => `    ${formatShare(share, total, colors)}`),
  ];
}

function formatShare({ variant, from, to, isHere }: Share, total: number, { good, quiet }: Colors): string {
  const name = variant === null ? 'the default' : sanitize(variant);
  const percent = `${Number((((to - from) / total) * 100).toFixed(2))} %`;
  const range = to > from ? `${from} to ${to - 1}` : 'no bucket';
  return isHere ? good(`${name}: ${range}, ${percent}  <- here`) : quiet(`${name}: ${range}, ${percent}`);
}

function formatReason(evaluation: RuleEvaluation, fault: () => string, defaultVariant: string | undefined): string {
  const { reason, variant, errorCode } = evaluation;
  if (reason === 'ERROR') return `ERROR (${errorCode}): ${sanitize(fault())}`;
  if (reason === 'DEFAULT' && variant === undefined)
    return 'DEFAULT: no variant was selected, and there is no default variant';
  if (reason === 'DEFAULT')
    return `DEFAULT: no variant was selected, so it is the default variant ${sanitize(defaultVariant ?? '')}`;
  return {
    DISABLED: 'DISABLED: switched off',
    STATIC: 'STATIC: the same for all users',
    SPLIT: 'SPLIT: by bucket',
    TARGETING_MATCH: 'TARGETING_MATCH: by targeting',
  }[reason];
}
