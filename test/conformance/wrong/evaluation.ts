import murmurhash from 'murmurhash';
import { Model, type Overrides } from '../model/model.ts';
import type { WrongBackEnd } from './wrong-back-end.ts';

const right = Model.prototype;
const NONE: Overrides = { applied: new Map(), ignored: [], problem: undefined, isPresent: false };

/** The variant of a rollout of four equal weights, with another hash of the key. */
function bucketOf(bytes: Uint8Array): string {
  return ['A', 'B', 'C', 'D'][(Number((BigInt(murmurhash.v3(bytes, 0)) * 100n) >> 32n) / 25) | 0] ?? '';
}

/** Back ends that evaluate flags wrongly. */
export const WRONG_EVALUATIONS: readonly WrongBackEnd[] = [
  {
    title: 'ignores the precedence of overrides over rules',
    change: {
      get sources() {
        return ['fromRule', 'fromOverride', 'fromUsers', 'fromCode'] as const;
      },
    },
    fails: [
      'overrides.precedence',
      'rules.order',
      'rules.override',
      'values.code',
      'values.rules',
      'simulate.override',
    ],
  },
  {
    title: 'decides by code before the rule',
    change: {
      get sources() {
        return ['fromOverride', 'fromUsers', 'fromCode', 'fromRule'] as const;
      },
    },
    fails: ['rules.order', 'rules.disabled'],
  },
  {
    title: 'compares ids of users as numbers',
    change: { isSameUser: (id, user) => (typeof id === 'number' ? Number(user) === id : id === user) },
    fails: ['users.list'],
  },
  {
    title: 'evaluates a flag again in the same request',
    change: {
      evaluate(visit, name, overrides) {
        visit.evaluations.delete(name);
        return right.evaluate.call(this, visit, name, overrides);
      },
    },
    fails: ['users.pinned', 'acknowledge.entries'],
  },
  {
    title: 'reads the user of every request, so that an unreadable one fails every flag',
    change: {
      fromUsers(context) {
        context.userOf();
        return right.fromUsers.call(this, context);
      },
    },
    fails: ['users.unreadable', 'simulate.user', 'simulate.manifest'],
  },
  {
    title: 'lets a failing function end the request',
    change: {
      respond(visit) {
        const isFailing = visit.parameter('flags').includes('CODE_FAILS');
        return isFailing ? { status: 500, headers: [], body: 'failed' } : right.respond.call(this, visit);
      },
    },
    fails: ['users.failure', 'acknowledge.entries'],
  },
  {
    title: 'buckets the UTF-16 code units of the user',
    change: {
      evaluateRule(context) {
        const user = context.name === 'ROLLOUT' ? context.userOf() : undefined;
        if (user === undefined || /^[\x20-\x7e]*$/.test(user)) return right.evaluateRule.call(this, context);
        return { variant: bucketOf(Buffer.from(`ROLLOUT${user}`, 'utf16le')), reason: 'SPLIT' };
      },
    },
    fails: ['rules.buckets', 'simulate.user'],
  },
  {
    title: 'rolls out to requests without a user',
    change: {
      evaluateRule(context) {
        if (context.name !== 'ROLLOUT' || context.userOf() !== undefined) return right.evaluateRule.call(this, context);
        return { variant: bucketOf(Buffer.from('ROLLOUTundefined')), reason: 'SPLIT' };
      },
    },
    fails: ['rules.no-user'],
  },
  {
    title: 'lets an attribute replace the targeting key',
    change: {
      evaluateRule(context) {
        const { targetingKey } = context.attributes;
        const userOf = typeof targetingKey === 'string' ? () => targetingKey : context.userOf;
        return right.evaluateRule.call(this, { ...context, userOf });
      },
    },
    fails: ['rules.no-user', 'rules.reserved'],
  },
  {
    title: 'gives the name of a variant as its value',
    change: { valueOf: (_name, variant) => variant },
    fails: ['values.code', 'values.rules'],
  },

  {
    title: 'takes the first variant for the default',
    change: {
      decide(visit, name, options) {
        const evaluation = right.decide.call(this, visit, name, options);
        return evaluation.source === 'default' && name === 'MANY_80' ? { ...evaluation, variant: 'ON' } : evaluation;
      },
    },
    fails: ['users.default'],
  },
  {
    title: 'decides by code before the user list',
    change: {
      get sources() {
        return ['fromOverride', 'fromRule', 'fromCode', 'fromUsers'] as const;
      },
    },
    fails: ['users.code', 'rules.order', 'acknowledge.entries'],
  },
  {
    title: 'does not override with the default variant',
    change: {
      fromOverride(context) {
        const decision = right.fromOverride.call(this, context);
        return decision?.variant === context.flag.default ? undefined : decision;
      },
    },
    fails: [
      'overrides.cookie-duplicate',
      'overrides.cookie-name',
      'overrides.cookie-partial',
      'overrides.default',
      'rules.override',
      'manifest.evaluations',
    ],
  },
  {
    title: 'does not override a hidden flag',
    change: {
      ignoredCode(name, variant, permission) {
        return this.isHidden(name) ? 'unknown-flag' : right.ignoredCode.call(this, name, variant, permission);
      },
    },
    fails: ['overrides.hidden', 'caches.other-flag'],
  },
  {
    title: 'ignores overrides for another user',
    change: {
      explain(visit, name) {
        const isOther = visit.url.searchParams.has('for');
        return right.explain.call(
          isOther ? Object.create(this, { overridesOf: { value: () => NONE } }) : this,
          visit,
          name,
        );
      },
    },
    fails: ['overrides.other-user', 'simulate.other-user'],
  },
  {
    title: 'evaluates another user as the request’s own',
    change: {
      explain(visit, name) {
        if (!visit.url.searchParams.has('for')) return right.explain.call(this, visit, name);
        return { flag: name, variant: this.evaluate(visit, name).variant };
      },
    },
    fails: ['users.other', 'simulate.other-user'],
  },
  {
    title: 'fails with an unknown flag',
    change: {
      explain(visit, name) {
        this.evaluate(visit, name);
        return right.explain.call(this, visit, name);
      },
    },
    fails: ['users.unknown'],
  },
  {
    title: 'gives each rule the reason TARGETING_MATCH',
    change: {
      evaluateRule(context) {
        const { variant, reason } = right.evaluateRule.call(this, context);
        return { variant, reason: reason === 'STATIC' ? 'TARGETING_MATCH' : reason };
      },
    },
    fails: ['rules.static'],
  },
  {
    title: 'leaves the defaultVariant of a rule out',
    change: {
      evaluateRule(context) {
        const { variant, reason } = right.evaluateRule.call(this, context);
        return { variant: reason === 'DEFAULT' ? undefined : variant, reason };
      },
    },
    fails: ['rules.targeting', 'rules.no-user', 'simulate.attributes', 'simulate.time', 'simulate.grants'],
  },
  {
    title: 'gives the defaultVariant if targeting fails',
    change: {
      evaluateRule(context) {
        const result = right.evaluateRule.call(this, context);
        return result.reason === 'ERROR' ? { variant: 'ON', reason: 'DEFAULT' } : result;
      },
    },
    fails: ['rules.failure'],
  },
  {
    title: 'hashes the flag’s name with a fractional’s own string',
    change: {
      evaluateRule(context) {
        const { company } = context.attributes;
        if (context.name !== 'ROLLOUT_COMPANY' || company === undefined) return right.evaluateRule.call(this, context);
        const variant = ['A', 'B'].indexOf(bucketOf(Buffer.from(`ROLLOUT_COMPANY${company}`))) <= 0 ? 'A' : 'B';
        return { variant, reason: 'SPLIT' };
      },
    },
    fails: ['rules.own-key'],
  },
  {
    title: 'has no value for a flag without values',
    change: {
      valueOf(name, variant) {
        const value = right.valueOf.call(this, name, variant);
        return value === variant ? null : value;
      },
    },
    fails: ['values.names'],
  },
];
