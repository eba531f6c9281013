import { Model } from '../model/model.ts';
import type { WrongBackEnd } from './wrong-back-end.ts';

const right = Model.prototype;

/** Back ends that simulate a context wrongly. */
export const WRONG_SIMULATIONS: readonly WrongBackEnd[] = [
  {
    title: 'simulates a user for lists only',
    change: {
      evaluateRule(context) {
        const { name } = context;
        return right.evaluateRule.call(this, name === 'ROLLOUT' ? { ...context, userOf: () => 'ann' } : context);
      },
    },
    fails: ['simulate.user', 'rules.buckets', 'rules.no-user', 'rules.reserved'],
  },
  {
    title: 'simulates a boolean as a string',
    change: { typedValue: (name, text) => (name === 'seats' ? Number(text) : text) },
    fails: ['simulate.attributes', 'simulate.other-user'],
  },
  {
    title: 'evaluates rules at the real time',
    change: {
      simulate(simulated, own) {
        const seen = right.simulate.call(this, simulated, own);
        return { ...seen, timeOf: () => seen.timeOf() && new Date() };
      },
    },
    fails: ['simulate.time'],
  },
  {
    title: 'marks an override as simulated',
    change: {
      fromOverride(context) {
        const decision = right.fromOverride.call(this, context);
        return (
          decision && { ...decision, ...(context.overrides.context?.['@user'] !== undefined && { simulated: true }) }
        );
      },
    },
    fails: ['simulate.override'],
  },
  {
    title: 'simulates any number',
    change: {
      contextCode(name, value, scope) {
        return name === 'seats' ? undefined : right.contextCode.call(this, name, value, scope);
      },
    },
    fails: ['simulate.values'],
  },
  {
    title: 'reports an unknown attribute as an unknown flag',
    change: {
      contextCode(name, value, scope) {
        const code = right.contextCode.call(this, name, value, scope);
        return code === 'unknown-attribute' ? 'unknown-flag' : code;
      },
    },
    fails: ['simulate.values'],
  },
  {
    title: 'simulates the user of every visitor',
    change: {
      resolveOverrides(visit) {
        const overrides = right.resolveOverrides.call(this, visit);
        const isSent = !overrides.isPresent && this.cookieHeader(visit).includes('%40user');
        return isSent ? { ...overrides, context: { '@user': '7' } } : overrides;
      },
    },
    fails: ['simulate.permission'],
  },
  {
    title: 'leaves the range of a number out of the manifest',
    change: {
      describeContext(visit) {
        const context = right.describeContext.call(this, visit) as { readonly attributes: readonly object[] };
        return { ...context, attributes: context.attributes.map((one) => ({ ...one, min: undefined })) };
      },
    },
    fails: ['simulate.manifest', 'manifest.document'],
  },
  {
    title: 'does not say in Server-Timing what is simulated',
    change: { describeUse: ({ variant, source }) => `${variant} ${source}` },
    fails: ['simulate.acknowledge'],
  },
  {
    title: 'lets caches store a simulated page',
    change: {
      isOverridden(visit) {
        return visit.evaluations.size > 0 && this.overridesOf(visit).applied.size > 0;
      },
      isAcknowledged(visit) {
        const { context = {}, applied } = this.overridesOf(visit);
        return right.isAcknowledged.call(this, visit) && (applied.size > 0 || Object.keys(context).length === 0);
      },
    },
    fails: ['simulate.caches'],
  },
  {
    title: 'removes the simulated context when it sets an override',
    change: { keptContext: () => [] },
    fails: ['simulate.cookie'],
  },
  {
    title: 'simulates the user in place of one that is asked about',
    change: {
      decide(visit, name, options) {
        return right.decide.call(this, visit, name, { ...options, isOwn: true });
      },
    },
    fails: ['simulate.other-user'],
  },
  {
    title: 'simulates with a grant for some flags',
    change: { coversContext: () => true },
    fails: ['simulate.grants'],
  },
];
