import { encodeOverrides } from '../../wire/override-cookie.ts';
import { isJsonObject, ownField } from '../../wire/untrusted-json.ts';
import { type Answer, type Check, forEach, mustBeSame, type Site, TESTER, type Visitor } from './site.ts';
import { COOKIE_ROWS, type CookieRow, expandText } from './vectors.ts';

/** A field of an evaluation as `GET /conformance` lists it. */
type Field = 'flag' | 'variant' | 'source' | 'reason' | 'value' | 'simulated';

/** The evaluations in a response to `GET /conformance?flags=…`, each with these fields in this order. */
export function evaluations(answer: Answer, fields: readonly Field[] = ['flag', 'variant']): readonly unknown[] {
  const list = isJsonObject(answer.json) ? ownField(answer.json, 'flags') : undefined;
  const isList = answer.status === 200 && Array.isArray(list) && list.every(isJsonObject);
  answer.must('responds with the evaluations', isList, {
    expected: 'status 200 and {"flags": [{"flag": "…", "variant": "…", …}, …]}',
    got: `status ${answer.status} and ${answer.text.slice(0, 500)}`,
  });
  return (list as readonly Record<string, unknown>[]).map((one) => fields.map((field) => ownField(one, field)));
}

/** Evaluates flags at a site, for a visitor. */
export async function evaluate(
  site: Site,
  flags: string,
  visitor: Visitor,
  fields?: readonly Field[],
): Promise<{ readonly answer: Answer; readonly got: readonly unknown[] }> {
  const answer = await site.ask(`/conformance?flags=${flags}`, visitor);
  return { answer, got: evaluations(answer, fields) };
}

const VECTOR_FLAGS = 'FLAG_A,FLAG_B,LOCKED,constructor';

/** What each class of cookie vectors is about. */
const CLASSES: Readonly<Record<string, string>> = {
  bytes: 'reads bytes that are not ASCII as UTF-8, strictly',
  carrier: 'reads overrides from the cookie and from nothing else',
  duplicate: 'the first of several cookies with the name counts, even if it cannot be read',
  encoding: 'reads raw JSON, or percent-decodes once; a plus is a plus',
  express: 'accepts the prefix j: of Express',
  flood: 'reads the cookie among many others',
  inject: 'no value changes more than its own flag',
  json: 'parses JSON strictly',
  locked: 'a flag that is not overridable keeps its variant',
  name: 'compares the name of the cookie byte for byte',
  nesting: 'reads nested values without failing',
  partial: 'an entry that does not apply does not affect the others',
  proto: 'finds only own names: __proto__, constructor, toString',
  quoting: 'removes one pair of quotes',
  repetition: 'reads long and repetitive values without failing',
  size: 'reads at most 4,096 bytes of name and value',
  split: 'splits the Cookie header on ";" only, and trims spaces and tabs only',
  type: 'only a string is a variant',
};

/** Whether a server may refuse a row as a whole: with control characters, or longer than many servers accept. */
export function isRefused(header: string, { status }: Answer): boolean {
  const isRefusable = header.length > 6_000 || /[^\t\x20-\x7e\x80-\xff]/.test(header);
  return isRefusable && [400, 413, 414, 431].includes(status);
}

/** Whether a row has more nested levels than an implementation must read (section 1, step 7). */
export function isDeep(header: string): boolean {
  return (header.match(/[[{]|%5B|%7B/gi)?.length ?? 0) > 64;
}

async function checkCookieRow({ policy }: { readonly policy: Site }, row: CookieRow): Promise<void> {
  const header = expandText(row.header);
  const answer = await policy.ask(`/conformance?flags=${VECTOR_FLAGS}`, { ...TESTER, cookie: header });
  if (isRefused(header, answer)) return;
  const overridden = evaluations(answer, ['flag', 'variant', 'source']) as readonly (readonly string[])[];
  const got = Object.fromEntries(
    overridden.flatMap(([flag, variant, source]) => (source === 'override' ? [[flag, variant]] : [])),
  );
  if (isDeep(header) && Object.keys(got).length === 0) return;
  answer.mustEqual(`the overrides that apply: ${row.title}`, got, row.applies ?? {});
}

const COOKIE_CHECKS: readonly Check[] = Object.entries(COOKIE_ROWS).map(([name, rows]) => ({
  name: `overrides.cookie-${name}`,
  promise: CLASSES[name] ?? name,
  section: '1',
  run: (sites) => forEach(rows, (row) => checkCookieRow(sites, row)),
}));

const ON = { FLAG_A: 'ON' };
const ON_COOKIE = `gatekeeper=${encodeOverrides(ON)}`;
const OFF = [['FLAG_A', 'OFF', 'default']];
const OVERRIDDEN = [['FLAG_A', 'ON', 'override']];
const FIELDS = ['flag', 'variant', 'source'] as const;

/** The ways in which a visitor of the site `closed` may try to override. */
export const INTRUDERS: readonly (Visitor & { readonly what: string })[] = [
  { what: 'with the cookie', cookie: ON_COOKIE },
  { what: 'with the policy’s header', mayOverride: 'yes', cookie: ON_COOKIE },
  { what: 'with a local Host', cookie: ON_COOKIE, headers: [['Host', 'localhost']] },
  {
    what: 'with headers of a proxy',
    cookie: ON_COOKIE,
    headers: [
      ['X-Forwarded-For', '127.0.0.1'],
      ['X-Forwarded-Host', 'localhost'],
    ],
  },
  { what: 'with a cookie that cannot be read', mayOverride: 'yes', cookie: 'gatekeeper=%7Bbroken' },
  { what: 'with an empty cookie', mayOverride: 'yes', overrides: {} },
  { what: 'with a forged grant', cookie: `__Host-gatekeeper-grant=e30.e30.; __Host-${ON_COOKIE}; ${ON_COOKIE}` },
  {
    what: 'from a page of the site',
    cookie: ON_COOKIE,
    headers: [
      ['Origin', 'https://app.example.com'],
      ['Sec-Fetch-Site', 'same-origin'],
      ['X-Gatekeeper', '1'],
    ],
  },
];

export const OVERRIDE_CHECKS: readonly Check[] = [
  ...COOKIE_CHECKS,
  {
    name: 'overrides.cookie-fields',
    promise: 'joins several Cookie fields by "; "',
    section: '1',
    async run({ policy }) {
      const visitor: Visitor = {
        ...TESTER,
        cookie: 'a=1',
        headers: [
          ['Cookie', ON_COOKIE],
          ['Cookie', 'b=2'],
        ],
      };
      const { answer, got } = await evaluate(policy, 'FLAG_A', visitor, FIELDS);
      answer.mustEqual('the override of the second Cookie field applies', got, OVERRIDDEN);
    },
  },
  {
    name: 'overrides.requests',
    promise: 'reads the cookie in HTTP/1.0 requests, with a URL as the target, and whatever the case of "Cookie"',
    section: '1',
    async run({ policy }) {
      const path = '/conformance?flags=FLAG_A';
      const visitor = { ...TESTER, cookie: ON_COOKIE };
      await forEach(['cookie', 'COOKIE', 'cOOKIE'], async (name) => {
        const { answer, got } = await evaluate(policy, 'FLAG_A', { ...TESTER, headers: [[name, ON_COOKIE]] }, FIELDS);
        answer.mustEqual(`the override applies with the field name ${name}`, got, OVERRIDDEN);
      });
      const old = await policy.ask(path, visitor, { version: '1.0' });
      old.mustEqual('the override applies in HTTP/1.0', evaluations(old, FIELDS), OVERRIDDEN);
      const absolute = await policy.ask(path, visitor, { isAbsolute: true });
      absolute.mustEqual('the override applies with a URL as the target', evaluations(absolute, FIELDS), OVERRIDDEN);
    },
  },
  {
    name: 'overrides.carriers',
    promise: 'no query, no other header and no GET request sets an override',
    section: '1',
    async run({ policy }) {
      const value = encodeOverrides(ON);
      const answer = await policy.ask(`/conformance?flags=FLAG_A&gatekeeper=${value}&FLAG_A=ON`, TESTER);
      answer.mustEqual('a query sets no override', evaluations(answer, FIELDS), OFF);
      await forEach(['Gatekeeper', 'X-Gatekeeper', 'X-Gatekeeper-Overrides', 'Cookie2', 'Set-Cookie'], async (name) => {
        const headers = [[name, name.includes('ookie') ? ON_COOKIE : value]] as const;
        const { answer: other, got } = await evaluate(policy, 'FLAG_A', { ...TESTER, headers }, FIELDS);
        other.mustEqual(`the header ${name} sets no override`, got, OFF);
      });
      const got = await policy.ask('/override?flag=FLAG_A&variant=ON', TESTER);
      got.mustEqual('a GET request sets no cookie', got.fields('set-cookie'), []);
    },
  },
  {
    name: 'overrides.precedence',
    promise: 'an override comes before the user list, the rule, the code and the default',
    section: '2',
    async run({ policy }) {
      const visitors: readonly Visitor[] = [undefined, '7'].flatMap((user) =>
        [{}, { plan: 'rule' }, { code: true }, { plan: 'rule', code: true }].map((attributes) => ({
          ...(user !== undefined && { user }),
          attributes,
        })),
      );
      await forEach(visitors, async (visitor) => {
        const tester = { ...TESTER, ...visitor, overrides: { ORDER: 'OVERRIDE' } };
        const { answer, got } = await evaluate(policy, 'ORDER', tester, ['flag', 'variant', 'source', 'reason']);
        answer.mustEqual('the override decides', got, [['ORDER', 'OVERRIDE', 'override', 'STATIC']]);
      });
    },
  },
  {
    name: 'overrides.default',
    promise: 'an override to the default variant is an override too',
    section: '2',
    async run({ policy }) {
      const { answer, got } = await evaluate(
        policy,
        'ORDER',
        { ...TESTER, user: '7', overrides: { ORDER: 'DEFAULT' } },
        FIELDS,
      );
      answer.mustEqual('the override decides', got, [['ORDER', 'DEFAULT', 'override']]);
    },
  },
  {
    name: 'overrides.hidden',
    promise: 'an override of a hidden flag applies like any other',
    section: '3',
    async run({ policy }) {
      const { answer, got } = await evaluate(policy, 'HIDDEN', { ...TESTER, overrides: { HIDDEN: 'ON' } }, FIELDS);
      answer.mustEqual('the override decides', got, [['HIDDEN', 'ON', 'override']]);
    },
  },
  {
    name: 'overrides.other-user',
    promise: 'the browser’s override also applies to other users that are asked about',
    section: '2',
    needs: ['users.other'],
    async run({ policy }) {
      const answer = await policy.ask('/conformance?flags=ORDER&for=7', {
        ...TESTER,
        overrides: { ORDER: 'OVERRIDE' },
      });
      answer.mustEqual('the override decides', evaluations(answer), [['ORDER', 'OVERRIDE']]);
    },
  },
  {
    name: 'overrides.permission',
    promise: 'only a policy that returns exactly true permits; it sees no overrides',
    section: '5',
    async run({ policy }) {
      await forEach([undefined, '', 'no', 'truthy', 'promise', 'throws', 'flag'], async (mayOverride) => {
        const visitor: Visitor = { cookie: ON_COOKIE, ...(mayOverride !== undefined && { mayOverride }) };
        const { answer, got } = await evaluate(policy, 'FLAG_A', visitor, FIELDS);
        answer.mustEqual(`X-May-Override: ${mayOverride ?? '(absent)'} permits no override`, got, OFF);
      });
    },
  },
  {
    name: 'overrides.closed',
    promise: 'in production with nothing configured, no request can override, and no response differs',
    section: '5',
    async run({ closed }) {
      const path = '/conformance?flags=FLAG_A,FLAG_B,HIDDEN';
      await forEach(INTRUDERS, async ({ what, ...visitor }) => {
        const headers = visitor.headers?.filter(([name]) => name === 'Host');
        const plain = await closed.ask(path, headers === undefined ? {} : { headers });
        mustBeSame(`a request ${what} gets the same response as without`, await closed.ask(path, visitor), plain);
      });
      const absolute = await closed.ask(
        path,
        { cookie: ON_COOKIE, headers: [['Host', 'localhost']] },
        { isAbsolute: true },
      );
      absolute.mustEqual('a URL as the target opens nothing', evaluations(absolute)[0], ['FLAG_A', 'OFF']);
    },
  },
  {
    name: 'overrides.development',
    promise: 'in development, every request may override',
    section: '5',
    async run({ development }) {
      const { answer, got } = await evaluate(development, 'FLAG_A', { overrides: ON }, FIELDS);
      answer.mustEqual('the override applies', got, OVERRIDDEN);
    },
  },
  {
    name: 'overrides.set-cookie',
    promise: 'a server that sets an override writes the cookie with its exact value and attributes',
    section: '1',
    async run({ policy }) {
      const set = async (query: string, overrides?: Visitor['overrides']): Promise<Answer> => {
        const answer = await policy.ask(`/override?${query}`, { ...TESTER, ...(overrides && { overrides }) }, POST);
        answer.mustEqual('responds with', [answer.status, answer.json], [200, { set: true }]);
        return answer;
      };
      mustSetOverrideCookie(await set('flag=FLAG_A&variant=ON'), ON);
      mustSetOverrideCookie(await set('flag=FLAG_B&variant=TWO', ON), { FLAG_A: 'ON', FLAG_B: 'TWO' });
      mustSetOverrideCookie(await set('flag=FLAG_A&variant=', { FLAG_A: 'ON', FLAG_B: 'TWO' }), { FLAG_B: 'TWO' });
      mustSetOverrideCookie(await set('flag=FLAG_A&variant=', ON), {});
    },
  },
  {
    name: 'overrides.set-refused',
    promise: 'no override is set for other visitors, for locked flags or for unknown names',
    section: '5',
    needs: ['overrides.set-cookie'],
    async run({ policy }) {
      const refused = async (query: string, visitor: Visitor): Promise<void> => {
        const answer = await policy.ask(`/override?${query}`, visitor, POST);
        answer.mustEqual(
          `POST /override?${query} sets nothing`,
          [answer.json, answer.fields('set-cookie')],
          [{ set: false }, []],
        );
      };
      await refused('flag=FLAG_A&variant=ON', {});
      await refused('flag=FLAG_A&variant=ON', { mayOverride: 'truthy', overrides: ON });
      await refused('flag=LOCKED&variant=ON', TESTER);
      await refused('flag=NOWHERE&variant=ON', TESTER);
      await refused('flag=FLAG_A&variant=NOWHERE', TESTER);
    },
  },
];

/** A POST request without a body. */
export const POST = { method: 'POST', body: '' } as const;

/** The name, the value and the attributes of a `Set-Cookie` line; the attributes are sorted and in lower case. */
export function parseSetCookie(line: string): {
  readonly name: string;
  readonly value: string;
  readonly attributes: readonly string[];
} {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const equals = pair.indexOf('=');
  const kept = attributes.map((one) => one.toLowerCase()).filter((one) => !one.startsWith('expires='));
  return { name: pair.slice(0, equals), value: pair.slice(equals + 1), attributes: kept.sort() };
}

function mustSetOverrideCookie(answer: Answer, overrides: Readonly<Record<string, string>>): void {
  const lines = answer.fields('set-cookie').map(parseSetCookie);
  const isDeleted = Object.keys(overrides).length === 0;
  const shown = lines.map(({ name, value, attributes }) => ({ name, value: isDeleted ? '' : value, attributes }));
  const maxAge = isDeleted ? 0 : 604_800;
  const attributes = [`max-age=${maxAge}`, 'path=/', 'samesite=lax'];
  answer.mustEqual('sets the cookie', shown, [
    { name: 'gatekeeper', value: isDeleted ? '' : encodeOverrides(overrides), attributes },
  ]);
}
