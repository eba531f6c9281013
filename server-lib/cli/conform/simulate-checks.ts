import { encodeOverrides } from '../../wire/override-cookie.ts';
import { isJsonObject, type JsonObject, ownField } from '../../wire/untrusted-json.ts';
import { FIXTURE } from './fixture.ts';
import { newGrant } from './grant-checks.ts';
import { manifestOf, mustVaryByCookie } from './manifest-checks.ts';
import { evaluate, evaluations, INTRUDERS, POST, parseSetCookie } from './override-checks.ts';
import { acknowledged } from './response-checks.ts';
import { type Check, forEach, mustBeSame, type Site, TESTER, type Visitor } from './site.ts';

const FIELDS = ['flag', 'variant', 'source', 'simulated'] as const;
type Entries = Readonly<Record<string, string>>;
type Evaluation = readonly [flag: string, variant: string, source: string, simulated: true | undefined];

/** A tester whose cookie has `entries`. */
const simulating = (entries: Entries, more: Visitor = {}): Visitor => ({ ...TESTER, ...more, overrides: entries });

/** Checks the evaluation of one flag for each row of a table. */
function decides(
  rows: readonly (readonly [Visitor, Evaluation])[],
): (sites: { readonly policy: Site }) => Promise<void> {
  return ({ policy }) =>
    forEach(rows, async ([visitor, expected]) => {
      const { answer, got } = await evaluate(policy, expected[0], visitor, FIELDS);
      answer.mustEqual('the evaluation', got, [expected]);
    });
}

const LAUNCH = '2100-01-01T00:00:00Z';
const BEFORE = '2099-12-31T23:59:59Z';
const FLAGS = 'ORDER,ROLLOUT,RULE_COUNTRY,RULE_SEATS,RULE_LAUNCH';
const EVERYTHING: Entries = { '@user': '7', '@country': 'NL', '@seats': '101', '@code': 'true', '@time': LAUNCH };

/** Entries that change nothing, with the code that the manifest gives. */
const INVALID: readonly (readonly [key: string, value: string, code: string])[] = [
  ['@country', 'FR', 'invalid-value'],
  ['@country', 'nl', 'invalid-value'],
  ['@country', '', 'invalid-value'],
  ['@seats', '0', 'invalid-value'],
  ['@seats', '501', 'invalid-value'],
  ['@seats', '0x65', 'invalid-value'],
  ['@seats', '', 'invalid-value'],
  ['@code', 'yes', 'invalid-value'],
  ['@user', '', 'invalid-value'],
  ['@user', 'u'.repeat(129), 'invalid-value'],
  ['@time', '2100-01-01', 'invalid-value'],
  ['@time', '2100-02-30T00:00:00Z', 'invalid-value'],
  ['@time', '2100-01-01T00:00:00', 'invalid-value'],
  ['@plan', 'rule', 'unknown-attribute'],
  ['@targetingKey', '7', 'unknown-attribute'],
  ['@constructor', 'NL', 'unknown-attribute'],
  ['@', '7', 'unknown-attribute'],
];

export const SIMULATE_CHECKS: readonly Check[] = [
  {
    name: 'simulate.user',
    promise: 'a simulated user is the user of lists and the targeting key of rules',
    section: '2',
    run: decides([
      [simulating({ '@user': '7' }), ['ORDER', 'USER', 'user', true]],
      [simulating({ '@user': 'zoë' }, { user: '1' }), ['ORDER', 'USER', 'user', true]],
      [simulating({ '@user': '8' }, { user: '7' }), ['ORDER', 'DEFAULT', 'default', true]],
      // docs/conformance.md publishes the buckets of these users.
      [simulating({ '@user': 'u_42' }), ['ROLLOUT', 'A', 'rule', true]],
      [simulating({ '@user': 'ß' }, { user: 'u_42' }), ['ROLLOUT', 'C', 'rule', true]],
      [simulating({ '@user': '7' }), ['RULE_STATIC', 'ON', 'rule', undefined]],
    ]),
  },
  {
    name: 'simulate.attributes',
    promise: 'rules and the flag’s function see a simulated attribute, with a value of its type; the others stay',
    section: '2',
    run: decides([
      [simulating({ '@country': 'NL' }), ['RULE_COUNTRY', 'ON', 'rule', true]],
      [simulating({ '@country': 'NL' }, { attributes: { country: 'FR' } }), ['RULE_COUNTRY', 'ON', 'rule', true]],
      [simulating({ '@seats': '101' }), ['RULE_SEATS', 'ON', 'rule', true]],
      [simulating({ '@seats': '1e2' }, { attributes: { seats: 101 } }), ['RULE_SEATS', 'OFF', 'rule', true]],
      [simulating({ '@code': 'true' }), ['ORDER', 'CODE', 'code', true]],
      [simulating({ '@code': 'false' }, { attributes: { code: true } }), ['ORDER', 'DEFAULT', 'default', true]],
      [simulating({ '@seats': '7' }, { attributes: { country: 'DE' } }), ['RULE_COUNTRY', 'ON', 'rule', undefined]],
    ]),
  },
  {
    name: 'simulate.time',
    promise: 'rules see a simulated time as $flagd.timestamp',
    section: '2',
    run: decides([
      [simulating({ '@time': LAUNCH }), ['RULE_LAUNCH', 'ON', 'rule', true]],
      [simulating({ '@time': '2100-01-01T00:00:00.250Z' }), ['RULE_LAUNCH', 'ON', 'rule', true]],
      [simulating({ '@time': BEFORE }), ['RULE_LAUNCH', 'OFF', 'rule', true]],
      [simulating({ '@country': 'NL' }), ['RULE_LAUNCH', 'OFF', 'rule', undefined]],
    ]),
  },
  {
    name: 'simulate.override',
    promise: 'an override comes before the simulated context',
    section: '2',
    run: decides([
      [simulating({ '@user': '7', ORDER: 'OVERRIDE' }), ['ORDER', 'OVERRIDE', 'override', undefined]],
      [simulating({ '@country': 'NL', RULE_COUNTRY: 'OFF' }), ['RULE_COUNTRY', 'OFF', 'override', undefined]],
    ]),
  },
  {
    name: 'simulate.values',
    promise: 'what the site does not declare changes nothing, and the manifest says why',
    section: '2',
    needs: ['manifest'],
    async run({ policy }) {
      const without = await evaluate(policy, FLAGS, simulating({}), FIELDS);
      await forEach(INVALID, async ([key, value, code]) => {
        const visitor = simulating({ [key]: value });
        const { answer, got } = await evaluate(policy, FLAGS, visitor, FIELDS);
        answer.mustEqual(`the evaluations with ${key}`, got, without.got);
        const document = await manifestOf(policy, visitor);
        const { applied, ignored } = ownField(document.manifest, 'overrides') as JsonObject;
        document.answer.mustEqual(`what the manifest says about ${key}`, ignored, [
          { flag: key, variant: value, code },
        ]);
        document.answer.mustEqual('the overrides in force', applied, []);
      });
      const { answer, got } = await evaluate(
        policy,
        'RULE_COUNTRY',
        simulating({ '@country': 'NL', '@seats': '0' }),
        FIELDS,
      );
      answer.mustEqual('an entry that is left out does not affect the others', got, [
        ['RULE_COUNTRY', 'ON', 'rule', true],
      ]);
    },
  },
  {
    name: 'simulate.permission',
    promise: 'without permission, the simulated context changes nothing in a response',
    section: '2',
    async run({ policy, closed }) {
      const cookie = `gatekeeper=${encodeOverrides(EVERYTHING)}`;
      await forEach([`/conformance?flags=${FLAGS}`, `/page?flags=${FLAGS}`], async (path) => {
        await forEach([undefined, 'truthy', 'no'], async (mayOverride) => {
          const visitor: Visitor = mayOverride === undefined ? {} : { mayOverride };
          const plain = await policy.ask(path, visitor);
          mustBeSame(
            'gets the same response as without the cookie',
            await policy.ask(path, { ...visitor, cookie }),
            plain,
          );
        });
        await forEach(INTRUDERS, async ({ what, headers }) => {
          const host = headers?.filter(([name]) => name === 'Host');
          const plain = await closed.ask(path, host === undefined ? {} : { headers: host });
          const answer = await closed.ask(path, { ...TESTER, cookie, ...(headers && { headers }) });
          mustBeSame(`in closed production, a request ${what} gets the same response as without`, answer, plain);
        });
      });
    },
  },
  {
    name: 'simulate.manifest',
    promise: 'the manifest has what the request may simulate, with its own values and the simulated ones',
    section: '3',
    needs: ['manifest'],
    async run({ policy }) {
      const visitor = simulating(
        { '@user': '42', '@country': 'NL', '@time': LAUNCH },
        { user: '7', attributes: { country: 'FR', seats: 7 } },
      );
      const { answer, manifest } = await manifestOf(policy, visitor);
      const context = ownField(manifest, 'context');
      const { attributes, user, time } = isJsonObject(context) ? context : {};
      answer.mustEqual('context.attributes', attributes, [
        {
          name: 'country',
          type: 'string',
          values: FIXTURE.simulate.attributes.country,
          current: 'FR',
          simulated: 'NL',
        },
        { name: 'seats', type: 'number', ...FIXTURE.simulate.attributes.seats, current: 7 },
        { name: 'code', type: 'boolean' },
      ]);
      answer.mustEqual('context.user.simulated', isJsonObject(user) && ownField(user, 'simulated'), '42');
      answer.mustEqual('context.time', time, { simulated: LAUNCH });
      const flags = (ownField(manifest, 'flags') as readonly JsonObject[]).filter(isJsonObject);
      const marks = ['RULE_COUNTRY', 'RULE_LAUNCH', 'RULE_STATIC'].map((name) =>
        ownField(flags.find((flag) => ownField(flag, 'name') === name) ?? {}, 'simulated'),
      );
      answer.mustEqual('the member simulated of RULE_COUNTRY, RULE_LAUNCH and RULE_STATIC', marks, [
        true,
        true,
        undefined,
      ]);
    },
  },
  {
    name: 'simulate.acknowledge',
    promise: 'Server-Timing and the element in the page say which evaluations have read a simulated value',
    section: '4',
    needs: ['acknowledge'],
    async run({ policy }) {
      const visitor = simulating({ '@country': 'NL', FLAG_A: 'ON' });
      const answer = await policy.ask('/page?flags=RULE_COUNTRY,FLAG_A,FLAG_B', visitor);
      answer.mustEqual('the entries', acknowledged(answer), [
        'gk.RULE_COUNTRY;desc="ON rule simulated"',
        'gk.FLAG_A;desc="ON override"',
        'gk.FLAG_B;desc="ONE default"',
      ]);
      const page = await policy.ask('/in-page?flags=RULE_COUNTRY', visitor);
      const used = '{"RULE_COUNTRY":"ON rule simulated"}';
      page.must('the element of the page', page.text.includes(used), { expected: used, got: page.text });
    },
  },
  {
    name: 'simulate.caches',
    promise: 'a simulated context keeps a response out of caches like an override',
    section: '6',
    needs: ['caches'],
    async run({ policy }) {
      const visitor = simulating(
        { '@country': 'NL' },
        { headers: [['If-None-Match', FIXTURE.pageHeaders.ETag ?? '']] },
      );
      const answer = await policy.ask('/page?flags=FLAG_A', visitor);
      answer.mustEqual('the status', answer.status, 200);
      answer.mustEqual('Cache-Control', answer.header('cache-control'), 'private, no-store');
      answer.mustEqual('there is no ETag', answer.header('etag'), undefined);
      mustVaryByCookie(answer);
    },
  },
  {
    name: 'simulate.cookie',
    promise: 'a server that sets an override keeps the simulated context in the cookie',
    section: '1',
    needs: ['overrides.set-cookie'],
    async run({ policy }) {
      const entries = { '@country': 'NL', '@gone': 'x' };
      const answer = await policy.ask('/override?flag=FLAG_A&variant=ON', simulating(entries), POST);
      const values = answer.fields('set-cookie').map((line) => parseSetCookie(line).value);
      answer.mustEqual('the value of the cookie', values, [encodeOverrides({ ...entries, FLAG_A: 'ON' })]);
    },
  },
  {
    name: 'simulate.other-user',
    promise: 'another user that is asked about is not replaced by the simulated one',
    section: '2',
    needs: ['users.other'],
    async run({ policy }) {
      const answer = await policy.ask('/conformance?flags=ORDER,RULE_COUNTRY&for=8', simulating(EVERYTHING));
      answer.mustEqual('the evaluations for 8', evaluations(answer), [
        ['ORDER', 'CODE'],
        ['RULE_COUNTRY', 'ON'],
      ]);
    },
  },
  {
    name: 'simulate.grants',
    promise: 'only a grant for every flag covers the simulated context',
    section: '2',
    needs: ['grants', 'manifest'],
    async run({ grants }) {
      const value = encodeOverrides({ '@country': 'NL', FLAG_A: 'ON' });
      const visitorWith = async (user: string): Promise<Visitor> => ({
        user,
        cookie: `__Host-gatekeeper=${value}; ${await newGrant(grants, user)}`,
      });
      const all = await evaluate(grants, 'RULE_COUNTRY', await visitorWith('u_42'), FIELDS);
      all.answer.mustEqual('with a grant for every flag', all.got, [['RULE_COUNTRY', 'ON', 'rule', true]]);
      const limited = await visitorWith('u_7');
      const { answer, got } = await evaluate(grants, 'RULE_COUNTRY,FLAG_A', limited, FIELDS);
      answer.mustEqual('with a grant for FLAG_A', got, [
        ['RULE_COUNTRY', 'OFF', 'rule', undefined],
        ['FLAG_A', 'ON', 'override', undefined],
      ]);
      const document = await manifestOf(grants, limited);
      const { ignored } = ownField(document.manifest, 'overrides') as JsonObject;
      document.answer.mustEqual('what the manifest says', ignored, [
        { flag: '@country', variant: 'NL', code: 'out-of-scope' },
      ]);
    },
  },
];
