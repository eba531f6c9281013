import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  createGatekeeper,
  defineFlags,
  type Exposure,
  type GatekeeperOptions,
  type IncomingRequest,
  type OfrepOptions,
  ofrepDocument,
  type RequestFacts,
} from '../../../../server-lib/index.ts';
import { errorLog } from '../../../fakes/error-log.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { OFREP_DOCUMENT, ofrepSchemas } from '../../../helpers/protocol/ofrep-schema.ts';

const BULK = '/ofrep/v1/evaluate/flags';
const flags = defineFlags({
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC', users: { ONE_PAGE: ['ann'] } },
  SEARCH: {
    variants: ['EXACT', 'FUZZY'],
    default: 'EXACT',
    decide: ({ attributes }) => (attributes.plan === 'pro' ? 'FUZZY' : undefined),
  },
  COUNTS: { variants: ['ODD', 'EVEN'], default: 'ODD', decide: () => (++calls % 2 === 1 ? 'ODD' : 'EVEN') },
  SECRET: { variants: ['ON', 'OFF'], default: 'OFF', hidden: true },
});
type Flags = typeof flags;
let calls = 0;

beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'production');
  calls = 0;
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A site with OFREP, to which a test sends requests. */
function siteOf(options: OfrepOptions<Flags, IncomingRequest>, more: Partial<GatekeeperOptions<Flags>> = {}) {
  const keeper = createGatekeeper({ flags, allowOverrides: () => true, ...more });
  const { adapter } = keeper;
  const route = adapter.ofrepRoute(options);
  const open = (facts: Partial<RequestFacts>, headers: Readonly<Record<string, string>> = {}) =>
    adapter.open({
      incoming: { method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
      ...facts,
    });
  async function ask(gate: ReturnType<typeof open>, body: unknown = {}, path = BULK) {
    const response = await route.respond(gate, { path, body: async () => JSON.stringify(body) });
    const set = new Map(response?.headers.set);
    return { status: response?.status, etag: set.get('etag'), json: JSON.parse(response?.body ?? 'null') };
  }
  return { adapter, open, ask };
}

const variantsIn = ({ json }: { readonly json: { readonly flags: readonly { key: string; variant: string }[] } }) =>
  Object.fromEntries(json.flags.map(({ key, variant }) => [key, variant]));

test('with the context of the session, the client’s user and attributes do not count', async () => {
  const { open, ask } = siteOf({ flags: ['CHECKOUT', 'SEARCH'] });
  const context = { targetingKey: 'ann', plan: 'pro' };

  expect(variantsIn(await ask(open({ userId: 'bob' }), { context }))).toEqual({ CHECKOUT: 'CLASSIC', SEARCH: 'EXACT' });
  expect(variantsIn(await ask(open({ userId: 'ann', attributes: { plan: 'pro' } })))).toEqual({
    CHECKOUT: 'ONE_PAGE',
    SEARCH: 'FUZZY',
  });
});

test('with the context of the caller, only the client’s user and attributes count, and the browser’s override applies', async () => {
  const { open, ask } = siteOf({ flags: ['CHECKOUT', 'SEARCH'], context: 'caller', authorize: () => true });
  const session = { userId: 'ann', attributes: { plan: 'pro' } };
  const context = { targetingKey: 'ann', plan: 'pro' };

  expect(variantsIn(await ask(open(session)))).toEqual({ CHECKOUT: 'CLASSIC', SEARCH: 'EXACT' });
  expect(variantsIn(await ask(open({}), { context }))).toEqual({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' });
  const overriding = open({}, { cookie: overrideCookie({ CHECKOUT: 'CLASSIC' }) });
  expect(variantsIn(await ask(overriding, { context }))).toEqual({ CHECKOUT: 'CLASSIC', SEARCH: 'FUZZY' });
});

test('attributes limits what a caller may send, too', async () => {
  const { open, ask } = siteOf({
    flags: ['SEARCH'],
    context: 'caller',
    authorize: () => true,
    attributes: ['country'],
  });

  expect(variantsIn(await ask(open({}), { context: { plan: 'pro' } }))).toEqual({ SEARCH: 'EXACT' });
});

test('an attribute that the server knows cannot be replaced', async () => {
  const { open, ask } = siteOf({ flags: ['CHECKOUT', 'SEARCH'], attributes: ['plan'] });
  const context = { targetingKey: 'bob', plan: 'pro' };

  expect(variantsIn(await ask(open({ userId: 'ann' }), { context }))).toEqual({
    CHECKOUT: 'ONE_PAGE',
    SEARCH: 'FUZZY',
  });
  expect(variantsIn(await ask(open({ attributes: { plan: 'free' } }), { context })).SEARCH).toBe('EXACT');
});

test.each<[what: string, authorize: () => unknown, status: number, codes: readonly string[]]>([
  ['true', () => true, 200, []],
  ['false', () => false, 401, []],
  ['undefined', () => undefined, 401, []],
  ['a truthy value', () => ({ id: 1 }), 401, ['ERR_GK_POLICY_NOT_TRUE']],
  ['a promise', async () => true, 401, ['ERR_GK_POLICY_PROMISE']],
  [
    'an error',
    () => {
      throw new Error('authorize');
    },
    401,
    ['ERR_GK_POLICY_THREW'],
  ],
])('with %s from authorize, the status is %s', async (_, authorize, status, codes) => {
  const log = errorLog();
  const { open, ask } = siteOf({ flags: ['CHECKOUT'], authorize: authorize as () => boolean }, log);

  const bulk = await ask(open({}));
  const one = await ask(open({}), {}, `${BULK}/CHECKOUT`);

  expect([bulk.status, one.status]).toEqual([status, status]);
  expect(log.codes).toEqual([...codes, ...codes]);
  if (status === 401) expect([bulk.json, one.json, bulk.etag]).toEqual([null, null, undefined]);
});

test('authorize sees no override, so an override cannot grant the permission', async () => {
  const seen: unknown[] = [];
  const gates = new Map<IncomingRequest, ReturnType<typeof open>>();
  const { open, ask } = siteOf({
    flags: ['CHECKOUT'],
    authorize(request) {
      seen.push(gates.get(request)?.ffVariant('CHECKOUT'));
      return true;
    },
  });
  const incoming = {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: overrideCookie({ CHECKOUT: 'ONE_PAGE' }) },
  };
  const gate = open({ incoming });
  gates.set(incoming, gate);

  expect(variantsIn(await ask(gate))).toEqual({ CHECKOUT: 'ONE_PAGE' });
  expect(seen).toEqual(['CLASSIC']);
});

test('a hidden, an unexposed and an unknown flag have the same response', async () => {
  const { open, ask } = siteOf({ flags: ['CHECKOUT', 'SECRET'] });

  const answers = await Promise.all(['SECRET', 'SEARCH', 'GONE'].map((key) => ask(open({}), {}, `${BULK}/${key}`)));

  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  expect(new Set(answers.map(({ json }) => JSON.stringify({ ...json, key: '' }))).size).toBe(1);
});

test('neither all flags nor one flag is an exposure, and the response names none', async () => {
  vi.stubEnv('NODE_ENV', 'development');
  const exposures: Exposure[] = [];
  const { adapter, open, ask } = siteOf(
    { flags: ['CHECKOUT', 'SEARCH'] },
    { onEvaluate: (exposure) => exposures.push(exposure), exposures: { overrides: true } },
  );

  for (const path of [BULK, `${BULK}/CHECKOUT`]) {
    const gate = open({}, { cookie: overrideCookie({ SEARCH: 'FUZZY' }) });
    await ask(gate, {}, path);

    expect(adapter.responseChanges(gate, { headers: [['etag', '"1"']] })).toEqual({ remove: [], set: [], append: [] });
    expect(gate.evaluations()).toEqual([]);
  }
  expect(exposures).toEqual([]);
});

test('a document for a page agrees with what the page evaluates before and after, and only the page’s own use is an exposure', () => {
  const exposures: string[] = [];
  const keeper = createGatekeeper({ flags, onEvaluate: ({ flag }) => exposures.push(flag) });
  const gates = [
    keeper.gateFor(),
    keeper.gateFor(),
    keeper.gateFor({ cookie: overrideCookie({ COUNTS: 'EVEN' }), mayOverride: true }),
  ];

  const pages = gates.map((gate, at) => {
    const before = at === 1 ? gate.ffVariant('COUNTS') : undefined;
    const { flags: documents } = ofrepDocument(gate, ['COUNTS', 'SECRET']);
    const again = ofrepDocument(gate, ['COUNTS']).flags;
    return {
      before,
      documents,
      again,
      after: gate.ffVariant('COUNTS'),
      names: gate.evaluations().map(({ flag }) => flag),
    };
  });

  expect(pages.map(({ after }) => after)).toEqual(['ODD', 'EVEN', 'EVEN']);
  for (const { documents, again, after, names } of pages) {
    expect(documents).toEqual([expect.objectContaining({ key: 'COUNTS', value: after, variant: after })]);
    expect(again).toEqual(documents);
    expect(names).toEqual(['COUNTS']);
  }
  expect(exposures).toEqual(['COUNTS', 'COUNTS']); // odd and even, each once
});

test('a page with a document is private if an override applies', () => {
  const { adapter, open } = siteOf({ flags: ['CHECKOUT'] });
  const [plain, overridden] = [{}, { cookie: overrideCookie({ CHECKOUT: 'ONE_PAGE' }) }].map((headers) =>
    open({}, headers),
  );

  for (const gate of [plain, overridden]) ofrepDocument(gate as ReturnType<typeof open>, ['CHECKOUT']);

  const changesOf = (gate: unknown) => adapter.responseChanges(gate as ReturnType<typeof open>, { headers: [] }).set;
  expect(changesOf(plain)).toEqual([]);
  expect(changesOf(overridden)).toEqual([['cache-control', 'private, no-store']]);
});

test('ofrepDocument refuses a value that is not a gate, and leaves an unknown flag out', () => {
  const log = errorLog();
  const gate = createGatekeeper({ flags, ...log }).gateFor();

  expect(() => ofrepDocument(undefined as never, [])).toThrow(
    'ofrepDocument: expected a gate, req.gk; got "undefined"',
  );
  expect(() => ofrepDocument(gate, 'CHECKOUT' as never)).toThrow(`expected the names of flags, ['CHECKOUT']`);
  expect(ofrepDocument(gate, ['GONE' as never])).toEqual({ flags: [] });
  expect(log.codes).toEqual(['ERR_GK_UNKNOWN_FLAG']);
});

test('among 10,000 interleaved requests of 50 users, no entity tag and no 304 gives one user the values of another', async () => {
  const { open, ask } = siteOf({ flags: ['CHECKOUT', 'SEARCH'] });
  const users = Array.from({ length: 50 }, (_, at) => ({
    facts: { userId: at % 2 === 0 ? 'ann' : `u_${at}`, attributes: { plan: at % 3 === 0 ? 'pro' : 'free' } },
    headers: at % 5 === 0 ? { cookie: overrideCookie({ CHECKOUT: at % 10 === 0 ? 'CLASSIC' : 'ONE_PAGE' }) } : {},
    expected: {
      CHECKOUT: at % 5 === 0 ? (at % 10 === 0 ? 'CLASSIC' : 'ONE_PAGE') : at % 2 === 0 ? 'ONE_PAGE' : 'CLASSIC',
      SEARCH: at % 3 === 0 ? 'FUZZY' : 'EXACT',
    },
  }));
  const valuesByTag = new Map<string, unknown>();
  const tags: string[] = [];
  let notModified = 0;

  for (let round = 0; round < 200; round++) {
    await Promise.all(
      users.map(async ({ facts, headers, expected }, at) => {
        // The tag that another user, or the same one, has received.
        const tag = tags[(round * 7 + at) % 50];
        const answer = await ask(open(facts, { ...headers, ...(tag !== undefined && { 'if-none-match': tag }) }));
        if (answer.status === 304) {
          notModified += 1;
          expect(valuesByTag.get(tag ?? '')).toEqual(expected);
        } else {
          expect(variantsIn(answer)).toEqual(expected);
          valuesByTag.set(answer.etag ?? '', expected);
        }
        tags[at] = answer.etag ?? '';
      }),
    );
  }

  expect(notModified).toBeGreaterThan(1_000);
  expect(notModified).toBeLessThan(9_000);
});

test('another library that evaluates the flags gives clients its values, and the override wins', async () => {
  const { adapter, open, ask } = siteOf({ flags: ['CHECKOUT', 'SEARCH', 'COUNTS', 'SECRET'] });
  const seen: unknown[] = [];
  adapter.evaluateWith(async (flag, { targetingKey, attributes }) => {
    seen.push([flag, targetingKey, attributes]);
    if (flag === 'COUNTS') return { reason: 'ERROR', errorCode: 'GENERAL' };
    return flag === 'SEARCH' ? { variant: 'FUZZY', reason: 'SPLIT' } : undefined;
  });
  const facts = { userId: 'ann', attributes: { plan: 'free' } };

  const { json } = await ask(open(facts));
  const one = await ask(open(facts), {}, `${BULK}/SEARCH`);
  const overridden = await ask(open(facts, { cookie: overrideCookie({ SEARCH: 'EXACT' }) }));

  expect(json.flags).toEqual([
    { key: 'CHECKOUT', value: 'ONE_PAGE', variant: 'ONE_PAGE', reason: 'TARGETING_MATCH' },
    { key: 'SEARCH', value: 'FUZZY', variant: 'FUZZY', reason: 'SPLIT' },
    { key: 'COUNTS', errorCode: 'GENERAL', errorDetails: 'The flag could not be evaluated' },
  ]);
  expect(one.json).toEqual(json.flags[1]);
  expect(overridden.json.flags[1]).toMatchObject({ value: 'EXACT', metadata: { overridden: true } });
  expect(seen).toContainEqual(['SEARCH', 'ann', { plan: 'free' }]);
  expect(seen).not.toContainEqual(['SECRET', 'ann', { plan: 'free' }]);
});

test.each([
  ['SPLIT', 'SPLIT'],
  ['STATIC', 'STATIC'],
  ['FALLTHROUGH', 'UNKNOWN'],
  [undefined, 'UNKNOWN'],
])('the reason %s of another library is %s for clients', async (reason, expected) => {
  const { adapter, open, ask } = siteOf({ flags: ['CHECKOUT', 'SEARCH'] });
  adapter.evaluateWith(async (flag) => ({
    reason: reason as string,
    ...(flag === 'SEARCH' ? { variant: 'FUZZY' } : { value: 'NEW' }), // with a variant and without
  }));

  expect((await ask(open({}))).json.flags).toMatchObject([
    { value: 'NEW', reason: expected },
    { value: 'FUZZY', reason: expected },
  ]);
});

test('the reason ERROR of another library is a failure for clients, with and without a code', async () => {
  const { adapter, open, ask } = siteOf({ flags: ['SEARCH'] });
  adapter.evaluateWith(async () => ({ value: 'FUZZY', reason: 'ERROR' }));

  expect((await ask(open({}), {}, `${BULK}/SEARCH`)).json).toMatchObject({ errorCode: 'GENERAL' });
});

test('what a request simulates applies to clients, too', async () => {
  const { open, ask } = siteOf(
    { flags: ['CHECKOUT', 'SEARCH'] },
    { simulate: { userId: true, attributes: { plan: ['pro'] } } },
  );
  const gate = open({ userId: 'bob' }, { cookie: overrideCookie({ '@user': 'ann', '@plan': 'pro' }) });

  expect(variantsIn(await ask(gate))).toEqual({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' });
});

test('without the request of the host, the route does not respond', async () => {
  const { adapter, ask } = siteOf({ flags: [] });

  expect((await ask(adapter.open({} as never))).status).toBeUndefined();
});

test.skipIf(OFREP_DOCUMENT === undefined)(
  'every example in the document of OFREP is valid by the schemas that judge our responses',
  () => {
    const { mistakes, examples } = ofrepSchemas();

    expect(examples.map(({ endpoint, status }) => `${endpoint} ${status}`)).toEqual([
      'one 200',
      'one 400',
      'one 404',
      'one 500',
      'all 200',
      'all 400',
      'all 500',
    ]);
    for (const { endpoint, status, body } of examples) expect(mistakes(endpoint, status, body)).toEqual([]);
    const flag = { key: 'x', reason: 'STATIC' };
    for (const value of [null, [], undefined]) {
      expect(mistakes('one', 200, { ...flag, value }).length === 0).toBe(value === undefined);
    }
    expect(mistakes('all', 418, {})).toEqual(['the document has no status 418']);
  },
);
