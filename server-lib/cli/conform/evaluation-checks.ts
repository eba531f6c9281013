import { HashedPrefix } from '../../rules/targeting/murmur3.ts';
import { isJsonObject, ownField } from '../../wire/untrusted-json.ts';
import { FIXTURE } from './fixture.ts';
import { evaluate, evaluations } from './override-checks.ts';
import { type Check, forEach, type Site, TESTER, type Visitor } from './site.ts';

const FULL = ['flag', 'variant', 'source', 'reason'] as const;
type FullEvaluation = readonly [flag: string, variant: string, source: string, reason: string];

/** Checks the evaluation of one flag for each visitor of a table. */
function decides(
  rows: readonly (readonly [Visitor, FullEvaluation])[],
): (sites: { readonly policy: Site }) => Promise<void> {
  return ({ policy }) =>
    forEach(rows, async ([visitor, expected]) => {
      const { answer, got } = await evaluate(policy, expected[0], visitor, FULL);
      answer.mustEqual('the evaluation', got, [expected]);
    });
}

const BY_DEFAULT: FullEvaluation = ['ORDER', 'DEFAULT', 'default', 'DEFAULT'];
const BY_USER: FullEvaluation = ['ORDER', 'USER', 'user', 'TARGETING_MATCH'];
const BY_CODE: FullEvaluation = ['ORDER', 'CODE', 'code', 'TARGETING_MATCH'];
const BY_RULE: FullEvaluation = ['ORDER', 'RULE', 'rule', 'TARGETING_MATCH'];
const CODE = { code: true };
const RULE = { plan: 'rule' };

export const USER_CHECKS: readonly Check[] = [
  {
    name: 'users.default',
    promise: 'a flag that nothing decides has its default',
    section: '2',
    run: decides([
      [{}, ['FLAG_A', 'OFF', 'default', 'DEFAULT']],
      [{}, ['constructor', 'toString', 'default', 'DEFAULT']],
      [{ user: '7' }, ['MANY_80', 'OFF', 'default', 'DEFAULT']],
    ]),
  },
  {
    name: 'users.list',
    promise: 'a listed user has the listed variant; ids are compared as strings',
    section: '2',
    run: decides([
      [{ user: '7' }, BY_USER],
      [{ user: 'u_9' }, BY_USER],
      [{ user: 'zoë' }, BY_USER],
      [{ user: '8' }, BY_DEFAULT],
      [{ user: '07' }, BY_DEFAULT],
      [{ user: 'U_9' }, BY_DEFAULT],
      [{}, BY_DEFAULT],
    ]),
  },
  {
    name: 'users.code',
    promise: 'the flag’s function decides if the user is not listed; without a result, the default does',
    section: '2',
    run: decides([
      [{ attributes: CODE }, BY_CODE],
      [{ user: '8', attributes: CODE }, BY_CODE],
      [{ attributes: { code: false } }, BY_DEFAULT],
      [{ user: '7', attributes: CODE }, BY_USER],
    ]),
  },
  {
    name: 'users.failure',
    promise: 'a function that throws, or returns no variant of the flag, gives the default and the source error',
    section: '2',
    async run({ policy }) {
      await forEach(['CODE_FAILS', 'CODE_WRONG'], async (flag) => {
        const { answer, got } = await evaluate(policy, `FLAG_A,${flag},FLAG_B`, {}, FULL);
        answer.mustEqual('only the flag that failed has the source error', got, [
          ['FLAG_A', 'OFF', 'default', 'DEFAULT'],
          [flag, 'OFF', 'error', 'ERROR'],
          ['FLAG_B', 'ONE', 'default', 'DEFAULT'],
        ]);
        const [, failed] = (answer.json as { readonly flags: readonly Record<string, unknown>[] }).flags;
        const code = failed?.errorCode;
        answer.must('the failed evaluation has an error code', typeof code === 'string' && code !== '', {
          expected: 'errorCode: a string',
          got: failed,
        });
      });
    },
  },
  {
    name: 'users.unreadable',
    promise: 'a user that cannot be read fails only the flags that look at it',
    section: '2',
    async run({ policy }) {
      const { answer, got } = await evaluate(policy, 'FLAG_A,ORDER,FLAG_B', { user: '!' }, FULL);
      answer.mustEqual('only ORDER, which has a list of users, fails', got, [
        ['FLAG_A', 'OFF', 'default', 'DEFAULT'],
        ['ORDER', 'DEFAULT', 'error', 'ERROR'],
        ['FLAG_B', 'ONE', 'default', 'DEFAULT'],
      ]);
    },
  },
  {
    name: 'users.pinned',
    promise: 'a flag that is evaluated twice in one request has one variant',
    section: '2',
    async run({ policy }) {
      const seen: unknown[] = [];
      await forEach([1, 2, 3, 4], async () => {
        const { answer, got } = await evaluate(policy, 'CODE_COUNTS,FLAG_A,CODE_COUNTS,CODE_COUNTS', {}, ['variant']);
        const [first, , ...others] = got;
        answer.mustEqual('the three evaluations of CODE_COUNTS agree', others, [first, first]);
        seen.push(first);
        if (seen.length < 4) return;
        const both = ['ON', 'OFF'].map((variant) => seen.flat().includes(variant));
        answer.must('each request calls the function once', both.every(Boolean), {
          expected: 'ON and OFF in turn',
          got: seen,
        });
      });
    },
  },
  {
    name: 'users.other',
    promise: 'a flag can be evaluated for another user than the request’s, apart from it',
    section: '2',
    async run({ policy }) {
      await forEach(['7', 'zoë', '8'], async (other) => {
        const answer = await policy.ask(`/conformance?flags=ORDER,ORDER&for=${encodeURIComponent(other)}`, {
          user: '1',
        });
        const variant = other === '8' ? 'DEFAULT' : 'USER';
        answer.mustEqual(`the evaluations for ${other}`, evaluations(answer), [
          ['ORDER', variant],
          ['ORDER', variant],
        ]);
      });
    },
  },
  {
    name: 'users.unknown',
    promise: 'an unknown flag has no variant and fails nothing',
    section: '2',
    async run({ policy }) {
      await forEach(['NOWHERE', '__proto__', 'toString', 'hasOwnProperty', 'flag_a'], async (name) => {
        const { answer, got } = await evaluate(policy, `${name},FLAG_A`, {});
        answer.mustEqual('the evaluations', got, [
          [name, null],
          ['FLAG_A', 'OFF'],
        ]);
      });
    },
  },
];

/** Users whose variants of ROLLOUT docs/conformance.md publishes, and others with letters outside ASCII. */
const USERS: readonly string[] = [
  ...['1', '7', 'u_42', 'ann', 'zoë', 'Łukasz', 'ß', '日本', '😀', 'Ελένη', 'İstanbul', ' ', '%', 'a,b', '👩‍👩‍👧'],
  ...Array.from({ length: 40 }, (_, at) => `user-${at}`),
  ...Array.from(
    { length: 40 },
    (_, at) => `ü${String.fromCodePoint(0xe0 + at * 7)}${String.fromCodePoint(0x1f600 + at)}`,
  ),
];

/** The variant of a rollout with equal weights (docs/conformance.md, "The rules"). */
function bucket(key: string, variants: readonly string[], weight: number): string {
  const total = BigInt(weight * variants.length);
  const at = Number((BigInt(new HashedPrefix('').hashWith(key)) * total) >> 32n);
  return variants[Math.floor(at / weight)] ?? '';
}

export const RULE_CHECKS: readonly Check[] = [
  {
    name: 'rules.order',
    promise: 'a rule comes after the user list and before the code; one without a result leaves the decision to them',
    section: '2',
    run: decides([
      [{ attributes: RULE }, BY_RULE],
      [{ user: '7', attributes: RULE }, BY_USER],
      [{ attributes: { ...RULE, ...CODE } }, BY_RULE],
      [{ attributes: CODE }, BY_CODE],
      [{ attributes: { plan: 'other' } }, BY_DEFAULT],
    ]),
  },
  {
    name: 'rules.static',
    promise: 'a rule without targeting gives its defaultVariant, with the reason STATIC',
    section: '2',
    run: decides([[{}, ['RULE_STATIC', 'ON', 'rule', 'STATIC']]]),
  },
  {
    name: 'rules.targeting',
    promise: 'targeting that gives a variant has the reason TARGETING_MATCH, and null the defaultVariant with DEFAULT',
    section: '2',
    run: decides([
      [{ attributes: { country: 'DE' } }, ['RULE_COUNTRY', 'ON', 'rule', 'TARGETING_MATCH']],
      [{ attributes: { country: 'FR' } }, ['RULE_COUNTRY', 'OFF', 'rule', 'DEFAULT']],
      [{}, ['RULE_COUNTRY', 'OFF', 'rule', 'DEFAULT']],
      [{ attributes: { wanted: 'OFF' } }, ['RULE_WANTED', 'OFF', 'rule', 'TARGETING_MATCH']],
      [{}, ['RULE_WANTED', 'ON', 'rule', 'DEFAULT']],
    ]),
  },
  {
    name: 'rules.failure',
    promise: 'targeting that gives no variant of the flag gives the default in code, with the source error',
    section: '2',
    run: decides([[{ attributes: { wanted: 'NOWHERE' } }, ['RULE_WANTED', 'OFF', 'error', 'ERROR']]]),
  },
  {
    name: 'rules.disabled',
    promise: 'a disabled rule gives the default in code, and the flag’s function is not called',
    section: '2',
    run: decides([[{}, ['RULE_DISABLED', 'OFF', 'rule', 'DISABLED']]]),
  },
  {
    name: 'rules.override',
    promise: 'an override comes before a rule, also a disabled one',
    section: '2',
    run: decides([
      [{ ...TESTER, overrides: { RULE_DISABLED: 'ON' } }, ['RULE_DISABLED', 'ON', 'override', 'STATIC']],
      [{ ...TESTER, overrides: { ROLLOUT: 'A' }, user: '1' }, ['ROLLOUT', 'A', 'override', 'STATIC']],
    ]),
  },
  {
    name: 'rules.buckets',
    promise: 'a rollout hashes the UTF-8 bytes of the flag’s name and the user’s id with MurmurHash3',
    section: '2',
    run: decides(
      USERS.map((user) => [
        { user },
        ['ROLLOUT', bucket(`ROLLOUT${user}`, FIXTURE.flags.ROLLOUT?.variants ?? [], 25), 'rule', 'SPLIT'],
      ]),
    ),
  },
  {
    name: 'rules.own-key',
    promise: 'a fractional with a string of its own hashes that string, also without a user',
    section: '2',
    run: decides(
      ['acme', 'ACME', 'zoë GmbH', '日本'].map((company) => [
        { attributes: { company } },
        ['ROLLOUT_COMPANY', bucket(company, ['A', 'B'], 50), 'rule', 'SPLIT'],
      ]),
    ),
  },
  {
    name: 'rules.no-user',
    promise: 'without a user, a fractional without a string of its own gives null',
    section: '2',
    run: decides([
      [{}, ['ROLLOUT', 'D', 'rule', 'DEFAULT']],
      [{ attributes: { targetingKey: '1', company: 'acme' } }, ['ROLLOUT', 'D', 'rule', 'DEFAULT']],
    ]),
  },
  {
    name: 'rules.reserved',
    promise: 'attributes cannot replace targetingKey and $flagd',
    section: '2',
    run: decides(
      ['7', 'ann', 'u_42'].map((user) => [
        { user, attributes: { targetingKey: '1', $flagd: { flagKey: 'RULE_STATIC' } } },
        ['ROLLOUT', bucket(`ROLLOUT${user}`, ['A', 'B', 'C', 'D'], 25), 'rule', 'SPLIT'],
      ]),
    ),
  },
];

async function mustHaveValues(site: Site, visitor: Visitor, expected: readonly (readonly unknown[])[]): Promise<void> {
  const flags = expected.map(([flag]) => flag).join(',');
  const { answer, got } = await evaluate(site, flags, visitor, ['flag', 'variant', 'value']);
  answer.mustEqual('the values of the variants', got, expected);
}

export const VALUE_CHECKS: readonly Check[] = [
  {
    name: 'values.code',
    promise: 'a variant has the value of its definition, also one that is false, 0 or an object',
    section: '2',
    async run({ policy }) {
      await mustHaveValues(policy, {}, [
        ['SWITCH', 'OFF', false],
        ['BANNER', 'QUIET', { text: '' }],
        ['LIMIT', 'LOW', 0],
      ]);
      await mustHaveValues(policy, { ...TESTER, overrides: { SWITCH: 'ON', BANNER: 'LOUD' } }, [
        ['SWITCH', 'ON', true],
        ['BANNER', 'LOUD', { text: 'Sale', size: 2 }],
      ]);
    },
  },
  {
    name: 'values.names',
    promise: 'the value of a variant of a flag without values is its name',
    section: '2',
    async run({ policy }) {
      await mustHaveValues(policy, { user: '7' }, [
        ['FLAG_A', 'OFF', 'OFF'],
        ['ORDER', 'USER', 'USER'],
      ]);
    },
  },
  {
    name: 'values.rules',
    promise: 'a value of the rules document counts if it has the type of the flag’s values',
    section: '2',
    needs: ['rules'],
    async run({ policy }) {
      await mustHaveValues(policy, { ...TESTER, overrides: { LIMIT: 'HIGH', BANNER: 'LOUD' } }, [
        ['LIMIT', 'HIGH', 250],
        ['BANNER', 'LOUD', { text: 'Sale', size: 2 }],
      ]);
    },
  },
  {
    name: 'values.manifest',
    promise: 'the manifest lists values that are more than the variants’ names',
    section: '3',
    needs: ['manifest'],
    async run({ policy }) {
      const answer = await policy.ask('/.well-known/gatekeeper.json', TESTER);
      const flags = isJsonObject(answer.json) ? ownField(answer.json, 'flags') : undefined;
      const listed = (Array.isArray(flags) ? flags : []).filter(isJsonObject);
      const valuesOf = (name: string): unknown => listed.find((flag) => flag.name === name)?.values;
      answer.mustEqual('the values of SWITCH, BANNER and FLAG_A', ['SWITCH', 'BANNER', 'FLAG_A'].map(valuesOf), [
        FIXTURE.flags.SWITCH?.values,
        FIXTURE.flags.BANNER?.values,
        undefined,
      ]);
    },
  },
];
